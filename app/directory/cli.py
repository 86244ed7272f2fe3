"""`flask directory …`"""

from flask.cli import AppGroup

directory_commands = AppGroup("directory", help="Offices, leaders, rooms, departments.")
