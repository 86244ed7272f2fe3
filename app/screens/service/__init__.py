"""Everything that changes screens: enrolling them, setting them up, what is written on them, what they report."""
