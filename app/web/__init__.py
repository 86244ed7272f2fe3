"""Layout, language, error pages, static files: the look and the HTTP plumbing shared by every feature."""
