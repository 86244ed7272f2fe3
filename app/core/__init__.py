"""What every feature stands on: database session, clock, events, errors, ids. Knows no feature."""
