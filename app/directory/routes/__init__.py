"""Pages of the directory. Importing this package registers every view on the blueprint."""

from app.directory.blueprint import blueprint
from app.directory.routes import departments, facts, imports, leaders, offices, rooms

__all__ = ["blueprint", "departments", "facts", "imports", "leaders", "offices", "rooms"]
