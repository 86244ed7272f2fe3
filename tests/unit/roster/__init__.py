"""Pure parts of the roster."""
