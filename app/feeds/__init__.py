"""Everything published as a page, file or feed: pure renderings of a revision."""
