"""Pages of the directory. Importing this package registers every view on the blueprint."""

from app.directory.routes import departments, facts, imports, leaders, offices, rooms
from app.directory.routes.blueprint import blueprint

__all__ = ["blueprint", "departments", "facts", "imports", "leaders", "offices", "rooms"]
