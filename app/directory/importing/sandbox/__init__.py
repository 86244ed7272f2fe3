"""What runs in the child process: the parts that open a file somebody else made.

These modules import only the standard library, python-calamine and ``limits``, so that the child starts in
milliseconds and holds nothing of the application: no settings, no database, no secrets.
"""
