"""Leaders from a spreadsheet: read the file safely, understand it, and plan what it would change.

Nothing here knows a database, a web request or the clock. The steps are: ``reader`` (bytes to cells),
``header`` (which column is what), ``rows`` (cells to values) and ``plan`` (values to add, change, keep, refuse).
"""
