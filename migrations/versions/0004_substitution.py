"""substitution"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "acknowledgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("seat_key", sa.String(length=80), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_acknowledgements_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_acknowledgements_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
        sa.UniqueConstraint(
            "office_id",
            "seat_key",
            "leader_id",
            "on_date",
            "starts",
            name=op.f("uq_acknowledgements_office_id_seat_key_leader_id_on_date_starts"),
        ),
    )
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgements_leader_id"), ["leader_id"], unique=False)

    op.create_table(
        "backups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("post", sa.String(length=120), nullable=True),
        sa.Column("backup_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.String(length=1), nullable=False),
        sa.CheckConstraint("rank IN ('A', 'B', 'C')", name=op.f("ck_backups_rank")),
        sa.CheckConstraint("(leader_id IS NULL) <> (post IS NULL)", name=op.f("ck_backups_one_of")),
        sa.CheckConstraint("leader_id IS NULL OR leader_id <> backup_id", name=op.f("ck_backups_another")),
        sa.ForeignKeyConstraint(["backup_id"], ["leaders.id"], name=op.f("fk_backups_backup_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_backups_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_backups_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
        sa.UniqueConstraint("leader_id", "rank", name=op.f("uq_backups_leader_id_rank")),
        sa.UniqueConstraint("office_id", "post", "rank", name=op.f("uq_backups_office_id_post_rank")),
    )
    with op.batch_alter_table("backups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_backups_office_id"), ["office_id"], unique=False)

    op.create_table(
        "substitution_policies",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("convener_id", sa.Integer(), nullable=True),
        sa.Column("tell", sa.String(length=8), nullable=False),
        sa.Column("whom", sa.String(length=8), nullable=False),
        sa.Column("ask", sa.String(length=4), nullable=False),
        sa.Column("approval", sa.Boolean(), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("at_deadline", sa.String(length=8), nullable=False),
        sa.Column("ahead_days", sa.Integer(), nullable=False),
        sa.Column("return_duty", sa.String(length=10), nullable=False),
        sa.Column("refuse_together", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ask IN ('one', 'all')", name=op.f("ck_substitution_policies_ask")),
        sa.CheckConstraint(
            "at_deadline IN ('nudge', 'next', 'escalate', 'staff')",
            name=op.f("ck_substitution_policies_at_deadline"),
        ),
        sa.CheckConstraint(
            "return_duty IN ('no', 'always', 'if_visited')", name=op.f("ck_substitution_policies_return_duty")
        ),
        sa.CheckConstraint("tell IN ('no', 'notice', 'by_hand')", name=op.f("ck_substitution_policies_tell")),
        sa.CheckConstraint(
            "whom IN ('ranked', 'backups', 'next', 'staff')", name=op.f("ck_substitution_policies_whom")
        ),
        sa.CheckConstraint(
            "deadline_days BETWEEN 0 AND 30 AND ahead_days BETWEEN 0 AND 60",
            name=op.f("ck_substitution_policies_days"),
        ),
        sa.ForeignKeyConstraint(
            ["convener_id"], ["leaders.id"], name=op.f("fk_substitution_policies_convener_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_substitution_policies_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_substitution_policies")),
    )
    op.create_table(
        "substitution_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(length=10), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "asked_by IN ('leader', 'staff', 'emergency')", name=op.f("ck_substitution_requests_asked_by")
        ),
        sa.CheckConstraint("kind IN ('cover', 'swap')", name=op.f("ck_substitution_requests_kind")),
        sa.CheckConstraint(
            "reason IN ('business', 'leave', 'health', 'emergency', 'swap', 'other')",
            name=op.f("ck_substitution_requests_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'asked', 'agreed', 'approved', 'done', 'declined', 'withdrawn', 'expired', 'undone')",
            name=op.f("ck_substitution_requests_state"),
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_substitution_requests_leader_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_substitution_requests_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution_requests")),
    )
    with op.batch_alter_table("substitution_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_substitution_requests_deadline_at"), ["deadline_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_substitution_requests_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(
            "ix_substitution_requests_office_id_state", ["office_id", "state"], unique=False
        )

    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("seat_key", sa.String(length=80), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount IN (-1, 1)", name=op.f("ck_ledger_entries_amount")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_ledger_entries_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_ledger_entries_office_id")),
        sa.ForeignKeyConstraint(["other_id"], ["leaders.id"], name=op.f("fk_ledger_entries_other_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["substitution_requests.id"], name=op.f("fk_ledger_entries_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint(
            "request_id",
            "seat_key",
            "leader_id",
            name=op.f("uq_ledger_entries_request_id_seat_key_leader_id"),
        ),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entries_leader_id"), ["leader_id"], unique=False)

    op.create_table(
        "return_duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("seat_key", sa.String(length=80), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("served_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'served', 'waived', 'void')", name=op.f("ck_return_duties_state")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_return_duties_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_return_duties_office_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["substitution_requests.id"], name=op.f("fk_return_duties_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["served_by_id"], ["substitution_requests.id"], name=op.f("fk_return_duties_served_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["leaders.id"], name=op.f("fk_return_duties_substitute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_duties")),
    )
    with op.batch_alter_table("return_duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_duties_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_return_duties_request_id"), ["request_id"], unique=False)

    op.create_table(
        "substitution_asks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("duty_ids", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'waiting', 'accepted', 'declined', 'closed')",
            name=op.f("ck_substitution_asks_state"),
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_substitution_asks_leader_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["substitution_requests.id"], name=op.f("fk_substitution_asks_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution_asks")),
        sa.UniqueConstraint(
            "request_id", "leader_id", name=op.f("uq_substitution_asks_request_id_leader_id")
        ),
    )
    with op.batch_alter_table("substitution_asks", schema=None) as batch_op:
        batch_op.create_index("ix_substitution_asks_leader_id_state", ["leader_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_asks_request_id"), ["request_id"], unique=False)

    op.create_table(
        "substitution_duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("seat_key", sa.String(length=80), nullable=False),
        sa.Column("session_key", sa.String(length=72), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("session", sa.String(length=3), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("undone_revision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("part IN ('given', 'taken')", name=op.f("ck_substitution_duties_part")),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'done', 'dropped')", name=op.f("ck_substitution_duties_state")
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_substitution_duties_leader_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_substitution_duties_office_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["substitution_requests.id"], name=op.f("fk_substitution_duties_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("fk_substitution_duties_revision_id")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["leaders.id"], name=op.f("fk_substitution_duties_substitute_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_revision_id"], ["revisions.id"], name=op.f("fk_substitution_duties_undone_revision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution_duties")),
    )
    with op.batch_alter_table("substitution_duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitution_duties_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_duties_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitution_duties_session_key"), ["session_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_substitution_duties_substitute_id"), ["substitute_id"], unique=False
        )
        batch_op.create_index(
            "uq_substitution_duties_open",
            ["office_id", "seat_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'agreed') AND part = 'given'"),
            postgresql_where=sa.text("state IN ('open', 'agreed') AND part = 'given'"),
        )

    op.create_table(
        "substitution_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_substitution_steps_leader_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["substitution_requests.id"], name=op.f("fk_substitution_steps_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution_steps")),
    )
    with op.batch_alter_table("substitution_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitution_steps_request_id"), ["request_id"], unique=False)


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("substitution_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitution_steps_request_id"))

    op.drop_table("substitution_steps")
    with op.batch_alter_table("substitution_duties", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_substitution_duties_open",
            sqlite_where=sa.text("state IN ('open', 'agreed') AND part = 'given'"),
            postgresql_where=sa.text("state IN ('open', 'agreed') AND part = 'given'"),
        )
        batch_op.drop_index(batch_op.f("ix_substitution_duties_substitute_id"))
        batch_op.drop_index(batch_op.f("ix_substitution_duties_session_key"))
        batch_op.drop_index(batch_op.f("ix_substitution_duties_request_id"))
        batch_op.drop_index(batch_op.f("ix_substitution_duties_on_date"))

    op.drop_table("substitution_duties")
    with op.batch_alter_table("substitution_asks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitution_asks_request_id"))
        batch_op.drop_index("ix_substitution_asks_leader_id_state")

    op.drop_table("substitution_asks")
    with op.batch_alter_table("return_duties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_duties_request_id"))
        batch_op.drop_index(batch_op.f("ix_return_duties_leader_id"))

    op.drop_table("return_duties")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entries_leader_id"))

    op.drop_table("ledger_entries")
    with op.batch_alter_table("substitution_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_substitution_requests_office_id_state")
        batch_op.drop_index(batch_op.f("ix_substitution_requests_leader_id"))
        batch_op.drop_index(batch_op.f("ix_substitution_requests_deadline_at"))

    op.drop_table("substitution_requests")
    op.drop_table("substitution_policies")
    with op.batch_alter_table("backups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_backups_office_id"))

    op.drop_table("backups")
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acknowledgements_leader_id"))

    op.drop_table("acknowledgements")
