"""followup"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "followup_settings",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("roll_forward", sa.Boolean(), nullable=False),
        sa.Column("sign_offs", sa.Integer(), nullable=False),
        sa.Column("few_items", sa.Integer(), nullable=False),
        sa.Column("letter_text", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("sign_offs BETWEEN 0 AND 2", name=op.f("ck_followup_settings_sign_offs")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_followup_settings_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_followup_settings")),
    )
    op.create_table(
        "matters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("sector", sa.String(length=120), nullable=False),
        sa.Column("township", sa.String(length=120), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("disposition", sa.String(length=10), nullable=False),
        sa.Column("urgency", sa.String(length=8), nullable=False),
        sa.Column("duty_leader_id", sa.Integer(), nullable=True),
        sa.Column("case_leader_id", sa.Integer(), nullable=True),
        sa.Column("instruction", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("register_due_on", sa.Date(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("acceptance_due_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.LargeBinary(), nullable=False),
        sa.Column("rating", sa.String(length=12), nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=True),
        sa.Column("rated_by", sa.String(length=8), nullable=False),
        sa.Column("rating_code_hash", sa.String(length=64), nullable=True),
        sa.Column("called_back_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_matters_closed_on")),
        sa.CheckConstraint(
            "disposition IN ('answered', 'taken_back', 'raised')", name=op.f("ck_matters_disposition")
        ),
        sa.CheckConstraint(
            "rating IS NULL OR rating IN ('satisfied', 'mostly', 'dissatisfied')",
            name=op.f("ck_matters_rating"),
        ),
        sa.CheckConstraint(
            "state IN ('signing', 'open', 'replied', 'closed', 'withdrawn')", name=op.f("ck_matters_state")
        ),
        sa.CheckConstraint("urgency IN ('urgent', 'simple', 'normal')", name=op.f("ck_matters_urgency")),
        sa.CheckConstraint("extended_days BETWEEN 0 AND 30", name=op.f("ck_matters_extended_days")),
        sa.ForeignKeyConstraint(["case_leader_id"], ["leaders.id"], name=op.f("fk_matters_case_leader_id")),
        sa.ForeignKeyConstraint(["duty_leader_id"], ["leaders.id"], name=op.f("fk_matters_duty_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_matters_office_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_matters_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matters")),
        sa.UniqueConstraint("office_id", "year", "number", name=op.f("uq_matters_office_id_year_number")),
        sa.UniqueConstraint("rating_code_hash", name=op.f("uq_matters_rating_code_hash")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_matters_visit_id")),
    )
    with op.batch_alter_table("matters", schema=None) as batch_op:
        batch_op.create_index("ix_matters_office_id_due_on", ["office_id", "due_on"], unique=False)
        batch_op.create_index("ix_matters_office_id_received_on", ["office_id", "received_on"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('supervise', 'remind')", name=op.f("ck_letters_kind")),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_letters_department_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_letters_matter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_letters_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint(
            "office_id", "kind", "year", "number", name=op.f("uq_letters_office_id_kind_year_number")
        ),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letters_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index("ix_letters_office_id_issued_on", ["office_id", "issued_on"], unique=False)

    op.create_table(
        "matter_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_matter_entries_department_id")
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_matter_entries_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_entries")),
    )
    with op.batch_alter_table("matter_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_entries_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "matter_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_matter_files_department_id")
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_matter_files_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_files")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_matter_files_stored_as")),
    )
    with op.batch_alter_table("matter_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_files_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "matter_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_matter_pauses_days")),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_matter_pauses_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_pauses")),
    )
    with op.batch_alter_table("matter_pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_pauses_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "matter_sign_offs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_matter_sign_offs_matter_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_matter_sign_offs_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_sign_offs")),
        sa.UniqueConstraint("matter_id", "position", name=op.f("uq_matter_sign_offs_matter_id_position")),
        sa.UniqueConstraint("matter_id", "user_id", name=op.f("uq_matter_sign_offs_matter_id_user_id")),
    )
    with op.batch_alter_table("matter_sign_offs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_sign_offs_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "matter_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("not_ours_due_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('told', 'accepted', 'not_ours', 'replied', 'relieved')",
            name=op.f("ck_matter_units_state"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_matter_units_department_id")
        ),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_matter_units_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_units")),
        sa.UniqueConstraint(
            "matter_id", "department_id", name=op.f("uq_matter_units_matter_id_department_id")
        ),
    )
    with op.batch_alter_table("matter_units", schema=None) as batch_op:
        batch_op.create_index(
            "ix_matter_units_department_id_due_on", ["department_id", "due_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_matter_units_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(
            "uq_matter_units_main",
            ["matter_id"],
            unique=True,
            sqlite_where=sa.text("main"),
            postgresql_where=sa.text("main"),
        )

    op.create_table(
        "public_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name=op.f("fk_public_results_matter_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_public_results_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_results")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_public_results_matter_id")),
    )
    with op.batch_alter_table("public_results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_results_office_id"), ["office_id"], unique=False)


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("public_results", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_results_office_id"))

    op.drop_table("public_results")
    with op.batch_alter_table("matter_units", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_matter_units_main", sqlite_where=sa.text("main"), postgresql_where=sa.text("main")
        )
        batch_op.drop_index(batch_op.f("ix_matter_units_matter_id"))
        batch_op.drop_index("ix_matter_units_department_id_due_on")

    op.drop_table("matter_units")
    with op.batch_alter_table("matter_sign_offs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_sign_offs_matter_id"))

    op.drop_table("matter_sign_offs")
    with op.batch_alter_table("matter_pauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_pauses_matter_id"))

    op.drop_table("matter_pauses")
    with op.batch_alter_table("matter_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_files_matter_id"))

    op.drop_table("matter_files")
    with op.batch_alter_table("matter_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_entries_matter_id"))

    op.drop_table("matter_entries")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index("ix_letters_office_id_issued_on")
        batch_op.drop_index(batch_op.f("ix_letters_matter_id"))

    op.drop_table("letters")
    with op.batch_alter_table("matters", schema=None) as batch_op:
        batch_op.drop_index("ix_matters_office_id_received_on")
        batch_op.drop_index("ix_matters_office_id_due_on")

    op.drop_table("matters")
    op.drop_table("followup_settings")
