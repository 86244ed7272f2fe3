"""Guarantees no code path can break: what is published or audited is never changed or deleted."""

from alembic import op

FROZEN = ("revisions", "audit_entries")
MESSAGE = "rows of %s are never changed or deleted"
# Of a published duty only `until_revision` may change, once, from NULL.
DUTY_COLUMNS = [
    "id",
    "office_id",
    "since_revision",
    "session_key",
    "seat_key",
    "sequence",
    "on_date",
    "session",
    "starts",
    "ends",
    "seat",
    "status",
    "leader_id",
    "leader_name",
    "role",
    "post",
    "sectors",
    "townships",
    "room",
    "place",
    "phone",
    "note",
    "changed_at",
]


def create_triggers() -> None:
    """Create them for the database at hand."""
    dialect = op.get_bind().dialect.name
    (_postgresql if dialect == "postgresql" else _sqlite)()


def drop_triggers() -> None:
    """Drop them."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in (*FROZEN, "duties"):
        for verb in ("update", "delete"):
            on = f" ON {table}" if postgresql else ""
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
    if postgresql:
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")


def _sqlite() -> None:
    for table in (*FROZEN, "duties"):
        for verb in ("UPDATE", "DELETE"):
            when = _duty_changed("IS NOT") if (table, verb) == ("duties", "UPDATE") else ""
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE % table}'); END"
            )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME; END $$"
    )
    for table in (*FROZEN, "duties"):
        for verb in ("UPDATE", "DELETE"):
            when = _duty_changed("IS DISTINCT FROM") if (table, verb) == ("duties", "UPDATE") else ""
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"
            )


def _duty_changed(differs: str) -> str:
    columns = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in DUTY_COLUMNS)
    return f"WHEN (OLD.until_revision IS NOT NULL OR {columns})"
