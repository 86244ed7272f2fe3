"""directory"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "deferred_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'running', 'failed')", name=op.f("ck_deferred_tasks_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferred_tasks")),
    )
    with op.batch_alter_table("deferred_tasks", schema=None) as batch_op:
        batch_op.create_index(
            "uq_deferred_tasks_once",
            ["once"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "one_tap_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("holder_kind", sa.String(length=12), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_one_tap_links_tries")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_one_tap_links_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_tap_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_tap_links_token_hash")),
    )
    with op.batch_alter_table("one_tap_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_tap_links_office_id"), ["office_id"], unique=False)
        batch_op.create_index("ix_one_tap_links_purpose_subject", ["purpose", "subject"], unique=False)


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("one_tap_links", schema=None) as batch_op:
        batch_op.drop_index("ix_one_tap_links_purpose_subject")
        batch_op.drop_index(batch_op.f("ix_one_tap_links_office_id"))

    op.drop_table("one_tap_links")
    with op.batch_alter_table("deferred_tasks", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_deferred_tasks_once",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("deferred_tasks")
