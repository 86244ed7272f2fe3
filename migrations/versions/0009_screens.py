"""screens"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "screen_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_screen_codes_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_screen_codes_token_hash")),
    )
    with op.batch_alter_table("screen_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_codes_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_screen_codes_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "screen_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("same_for_all", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("layout", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.Column("more_offices", sa.JSON(), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.CheckConstraint("language IN ('both', 'zh', 'en')", name=op.f("ck_screen_groups_language")),
        sa.CheckConstraint("layout IN ('full', 'today', 'calls')", name=op.f("ck_screen_groups_layout")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_screen_groups_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_groups")),
    )
    with op.batch_alter_table("screen_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_groups_office_id"), ["office_id"], unique=False)

    op.create_table(
        "screen_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("text_zh", sa.String(length=120), nullable=False),
        sa.Column("text_en", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('text', 'late')", name=op.f("ck_screen_notices_kind")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_screen_notices_days")),
        sa.ForeignKeyConstraint(["group_id"], ["screen_groups.id"], name=op.f("fk_screen_notices_group_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_screen_notices_office_id")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["screen_notices.id"], name=op.f("fk_screen_notices_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_notices")),
    )
    with op.batch_alter_table("screen_notices", schema=None) as batch_op:
        batch_op.create_index("ix_screen_notices_office_id_last_day", ["office_id", "last_day"], unique=False)

    op.create_table(
        "screens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("always_on", sa.Boolean(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reloads", sa.Integer(), nullable=False),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("player", sa.String(length=12), nullable=False),
        sa.Column("drift_seconds", sa.Integer(), nullable=True),
        sa.Column("storage_bytes", sa.Integer(), nullable=True),
        sa.Column("storage_full", sa.Boolean(), nullable=False),
        sa.Column("presence", sa.String(length=24), nullable=False),
        sa.Column("presence_quarter", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(length=10), nullable=False),
        sa.Column("condition_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("layout", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=4), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.Column("more_offices", sa.JSON(), nullable=False),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "condition IN ('new', 'fresh', 'dark', 'lagging')", name=op.f("ck_screens_condition")
        ),
        sa.CheckConstraint("language IN ('both', 'zh', 'en')", name=op.f("ck_screens_language")),
        sa.CheckConstraint("layout IN ('full', 'today', 'calls')", name=op.f("ck_screens_layout")),
        sa.ForeignKeyConstraint(["group_id"], ["screen_groups.id"], name=op.f("fk_screens_group_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_screens_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_screens_token_hash")),
    )
    with op.batch_alter_table("screens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screens_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_screens_office_id"), ["office_id"], unique=False)

    op.create_table(
        "screen_code_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_screen_code_tries_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_code_tries")),
    )
    with op.batch_alter_table("screen_code_tries", schema=None) as batch_op:
        batch_op.create_index("ix_screen_code_tries_user_id_at", ["user_id", "at"], unique=False)


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("screen_code_tries", schema=None) as batch_op:
        batch_op.drop_index("ix_screen_code_tries_user_id_at")

    op.drop_table("screen_code_tries")
    with op.batch_alter_table("screens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screens_office_id"))
        batch_op.drop_index(batch_op.f("ix_screens_group_id"))

    op.drop_table("screens")
    with op.batch_alter_table("screen_notices", schema=None) as batch_op:
        batch_op.drop_index("ix_screen_notices_office_id_last_day")

    op.drop_table("screen_notices")
    with op.batch_alter_table("screen_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screen_groups_office_id"))

    op.drop_table("screen_groups")
    with op.batch_alter_table("screen_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screen_codes_expires_at"))
        batch_op.drop_index(batch_op.f("ix_screen_codes_address"))

    op.drop_table("screen_codes")
