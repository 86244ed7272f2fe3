"""Offices, rooms, leaders with dated posts, departments and contacts."""
