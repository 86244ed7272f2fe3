"""Working days, notices, recurrence, suspensions."""
