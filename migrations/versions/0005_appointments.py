"""appointments"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "booking_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_tries")),
    )
    with op.batch_alter_table("booking_tries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_tries_at"), ["at"], unique=False)
        batch_op.create_index("ix_booking_tries_key_at", ["key", "at"], unique=False)

    op.create_table(
        "visit_policies",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_visit_policies_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_visit_policies")),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=9), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("mode", sa.String(length=9), nullable=False),
        sa.Column("session_key", sa.String(length=72), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("elsewhere_id", sa.Integer(), nullable=True),
        sa.Column("township", sa.String(length=120), nullable=False),
        sa.Column("sector", sa.String(length=120), nullable=False),
        sa.Column("project", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=True),
        sa.Column("document_kind", sa.String(length=16), nullable=False),
        sa.Column("document_number", sa.LargeBinary(), nullable=False),
        sa.Column("document_index", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("route", sa.String(length=24), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel IN ('web', 'window', 'phone')", name=op.f("ck_visits_channel")),
        sa.CheckConstraint("kind IN ('booked', 'invited', 'walk_in')", name=op.f("ck_visits_kind")),
        sa.CheckConstraint("mode IN ('in_person', 'video', 'telephone')", name=op.f("ck_visits_mode")),
        sa.CheckConstraint(
            "state IN ('received', 'waiting', 'offered', 'consent_asked', 'invited', 'confirmed', 'checked_in', 'called', 'in_meeting', 'closed', 'refused', 'solved', 'elsewhere', 'cancelled', 'declined', 'no_show', 'expired')",
            name=op.f("ck_visits_state"),
        ),
        sa.CheckConstraint("headcount >= 1", name=op.f("ck_visits_headcount")),
        sa.ForeignKeyConstraint(["elsewhere_id"], ["offices.id"], name=op.f("fk_visits_elsewhere_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_visits_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_visits_office_id")),
        sa.ForeignKeyConstraint(["same_as_id"], ["visits.id"], name=op.f("fk_visits_same_as_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint(
            "office_id", "on_date", "ticket", name=op.f("uq_visits_office_id_on_date_ticket")
        ),
        sa.UniqueConstraint("office_id", "reference", name=op.f("uq_visits_office_id_reference")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index("ix_visits_document_index", ["document_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_visits_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index("ix_visits_name_index", ["name_index"], unique=False)
        batch_op.create_index("ix_visits_phone_index", ["phone_index"], unique=False)
        batch_op.create_index("ix_visits_queue", ["office_id", "state", "on_date", "id"], unique=False)
        batch_op.create_index("ix_visits_received", ["office_id", "received_at"], unique=False)
        batch_op.create_index("ix_visits_session", ["office_id", "session_key"], unique=False)

    op.create_table(
        "readiness_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=4), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("staff_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('open', 'yes', 'no')", name=op.f("ck_readiness_items_answer")),
        sa.CheckConstraint(
            "kind IN ('leader', 'department', 'resident', 'material')", name=op.f("ck_readiness_items_kind")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_readiness_items_department_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_readiness_items_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_items")),
    )
    with op.batch_alter_table("readiness_items", schema=None) as batch_op:
        batch_op.create_index("ix_readiness_items_visit_id", ["visit_id"], unique=False)

    op.create_table(
        "reception_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("session_key", sa.String(length=72), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=5), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'final')", name=op.f("ck_reception_records_state")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_reception_records_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_reception_records_office_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_reception_records_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_records")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_reception_records_visit_id")),
    )
    with op.batch_alter_table("reception_records", schema=None) as batch_op:
        batch_op.create_index(
            "uq_reception_records_empty_session",
            ["office_id", "session_key"],
            unique=True,
            sqlite_where=sa.text("visit_id IS NULL"),
            postgresql_where=sa.text("visit_id IS NULL"),
        )

    op.create_table(
        "recusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_recusals_leader_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_recusals_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusals")),
        sa.UniqueConstraint("visit_id", "leader_id", name=op.f("uq_recusals_visit_id_leader_id")),
    )
    op.create_table(
        "visit_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_attachments_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_attachments")),
        sa.UniqueConstraint("key", name=op.f("uq_visit_attachments_key")),
    )
    with op.batch_alter_table("visit_attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_attachments_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=14), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("document_number", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "part IN ('representative', 'companion', 'agent', 'guardian', 'interpreter')",
            name=op.f("ck_visit_people_part"),
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_people_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_people")),
    )
    with op.batch_alter_table("visit_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_people_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("session_key", sa.String(length=72), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_visit_seats_office_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_seats_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_seats")),
        sa.UniqueConstraint(
            "office_id", "session_key", "number", name=op.f("uq_visit_seats_office_id_session_key_number")
        ),
        sa.UniqueConstraint("visit_id", name=op.f("uq_visit_seats_visit_id")),
    )
    with op.batch_alter_table("visit_seats", schema=None) as batch_op:
        batch_op.create_index("ix_visit_seats_hold_until", ["hold_until"], unique=False)

    op.create_table(
        "visit_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("session_key", sa.String(length=72), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_steps_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_steps")),
    )
    with op.batch_alter_table("visit_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_steps_visit_id"), ["visit_id"], unique=False)


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("visit_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_steps_visit_id"))

    op.drop_table("visit_steps")
    with op.batch_alter_table("visit_seats", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_seats_hold_until")

    op.drop_table("visit_seats")
    with op.batch_alter_table("visit_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_people_visit_id"))

    op.drop_table("visit_people")
    with op.batch_alter_table("visit_attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_attachments_visit_id"))

    op.drop_table("visit_attachments")
    op.drop_table("recusals")
    with op.batch_alter_table("reception_records", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reception_records_empty_session",
            sqlite_where=sa.text("visit_id IS NULL"),
            postgresql_where=sa.text("visit_id IS NULL"),
        )

    op.drop_table("reception_records")
    with op.batch_alter_table("readiness_items", schema=None) as batch_op:
        batch_op.drop_index("ix_readiness_items_visit_id")

    op.drop_table("readiness_items")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index("ix_visits_session")
        batch_op.drop_index("ix_visits_received")
        batch_op.drop_index("ix_visits_queue")
        batch_op.drop_index("ix_visits_phone_index")
        batch_op.drop_index("ix_visits_name_index")
        batch_op.drop_index(batch_op.f("ix_visits_leader_id"))
        batch_op.drop_index("ix_visits_document_index")

    op.drop_table("visits")
    op.drop_table("visit_policies")
    with op.batch_alter_table("booking_tries", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_tries_key_at")
        batch_op.drop_index(batch_op.f("ix_booking_tries_at"))

    op.drop_table("booking_tries")
