"""`flask accounts …`"""

from flask.cli import AppGroup

accounts_commands = AppGroup("accounts", help="People who sign in, and the audit trail.")
