"""Rules, the engine, drafts, revisions."""
