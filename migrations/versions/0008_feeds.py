"""feeds"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_client", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_api_tokens_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_office_id"), ["office_id"], unique=False)

    op.create_table(
        "feed_event_states",
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_feed_event_states")),
    )
    op.create_table(
        "feed_settings",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("embed_sites", sa.String(length=400), nullable=False),
        sa.Column("visit_details", sa.Boolean(), nullable=False),
        sa.Column("own_leave", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("public_excel", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_feed_settings_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_feed_settings")),
    )
    op.create_table(
        "feed_stamps",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_feed_stamps_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_feed_stamps")),
    )
    op.create_table(
        "notice_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_notice_templates_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_templates")),
    )
    with op.batch_alter_table("notice_templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_templates_office_id"), ["office_id"], unique=False)

    op.create_table(
        "public_files",
        sa.Column("path", sa.String(length=160), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=True),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_public_files_office_id")),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_public_files")),
    )
    with op.batch_alter_table("public_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_files_office_id"), ["office_id"], unique=False)

    with op.batch_alter_table("feed_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=10), server_default="leader", nullable=False))
        batch_op.add_column(sa.Column("office_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("department_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("language", sa.String(length=2), server_default="zh", nullable=False))
        batch_op.add_column(sa.Column("alarm", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("busy", sa.Boolean(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("past", sa.Integer(), server_default="60", nullable=False))
        batch_op.add_column(sa.Column("tag", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("modified", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("basis", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("stamp", sa.Integer(), server_default="0", nullable=False))
        batch_op.alter_column("leader_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_feed_links_office_id"), ["office_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_feed_links_department_id"), "departments", ["department_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_feed_links_office_id"), "offices", ["office_id"], ["id"])
    op.execute(
        "UPDATE feed_links SET office_id = (SELECT office_id FROM leaders WHERE leaders.id = feed_links.leader_id)"
    )
    with op.batch_alter_table("feed_links", schema=None) as batch_op:
        batch_op.alter_column("office_id", existing_type=sa.Integer(), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_feed_links_kind"), "kind IN ('leader', 'staff', 'department')"
        )


def downgrade() -> None:
    """Undo it."""
    op.execute("DELETE FROM feed_links WHERE leader_id IS NULL")
    with op.batch_alter_table("feed_links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_feed_links_kind"), type_="check")
    with op.batch_alter_table("feed_links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_feed_links_office_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_feed_links_department_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_feed_links_office_id"))
        batch_op.alter_column("leader_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("stamp")
        batch_op.drop_column("basis")
        batch_op.drop_column("modified")
        batch_op.drop_column("tag")
        batch_op.drop_column("past")
        batch_op.drop_column("busy")
        batch_op.drop_column("alarm")
        batch_op.drop_column("language")
        batch_op.drop_column("department_id")
        batch_op.drop_column("office_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("public_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_files_office_id"))

    op.drop_table("public_files")
    with op.batch_alter_table("notice_templates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_templates_office_id"))

    op.drop_table("notice_templates")
    op.drop_table("feed_stamps")
    op.drop_table("feed_settings")
    op.drop_table("feed_event_states")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_office_id"))

    op.drop_table("api_tokens")
