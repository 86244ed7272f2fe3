"""Why the program writes to anybody: each kind of notice with its standard wording, and the events that cause it."""
