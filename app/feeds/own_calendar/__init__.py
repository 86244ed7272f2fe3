"""A leader's own calendar, read for days away: previewed, then kept as leave."""
