"""background: the tables and functions of Procrastinate, on PostgreSQL only"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0010"
down_revision = "0009"

PREFIX = "procrastinate\\_%"


def upgrade() -> None:
    """Make the change."""
    if op.get_bind().dialect.name != "postgresql":
        return
    # Through the driver and without parameters: the schema is many statements and holds percent signs and colons.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())


def downgrade() -> None:
    """Undo it."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in _names("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename"):
        op.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
    for function in _names(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname"
    ):
        op.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")
    for kind in _names(
        "SELECT typname FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'c') "
        "AND typname"
    ):
        op.execute(f"DROP TYPE IF EXISTS {kind} CASCADE")


def _names(query: str) -> list[str]:
    return list(op.get_bind().scalars(sa.text(f"{query} LIKE :prefix"), {"prefix": PREFIX}))
