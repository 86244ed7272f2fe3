"""Pages for drafts and publications."""
