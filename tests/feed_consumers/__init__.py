"""A year of a county's calendars, as a dozen calendar programs show them.

`readers` turn bytes into rows: our own strict one, packages, and programs where they are installed. `stores` keep rows
as known clients do between two refreshes. `county` lives the year and knows what is true. `year` brings them together;
`python -m tests.feed_consumers` runs it with everything that is installed and prints what each consumer did.
"""
