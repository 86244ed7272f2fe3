"""A hall with a lobby screen on a bad day: a clock that runs fast, a server, a box, faults, and a judge."""
