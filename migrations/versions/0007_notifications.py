"""notifications"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "scheduler_heartbeats",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_scheduler_heartbeats")),
    )
    op.create_table(
        "channel_setups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=True),
        sa.Column("on_unknown", sa.String(length=12), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "on_unknown IN ('ask', 'repeat', 'assume_sent')", name=op.f("ck_channel_setups_on_unknown")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_channel_setups_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_setups")),
        sa.UniqueConstraint("office_id", "channel", name=op.f("uq_channel_setups_office_id_channel")),
    )
    op.create_table(
        "notice_policies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("spec", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_notice_policies_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_policies")),
    )
    with op.batch_alter_table("notice_policies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_policies_office_id"), ["office_id"], unique=False)

    op.create_table(
        "notice_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("short", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_notice_texts_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_texts")),
    )
    with op.batch_alter_table("notice_texts", schema=None) as batch_op:
        batch_op.create_index("ix_notice_texts_office_id_kind", ["office_id", "kind"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("recipient_kind", sa.String(length=20), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("lead", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=40), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requeued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("folded_into", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'claimed', 'sending', 'sent', 'superseded', 'failed', 'unknown')",
            name=op.f("ck_notices_state"),
        ),
        sa.ForeignKeyConstraint(["folded_into"], ["notices.id"], name=op.f("fk_notices_folded_into")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_notices_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "kind",
            "subject",
            "recipient_kind",
            "recipient_id",
            "lead",
            "revision",
            name=op.f("uq_notices_kind_subject_recipient_kind_recipient_id_lead_revision"),
        ),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_office_id_due_at", ["office_id", "due_at"], unique=False)
        batch_op.create_index(
            "ix_notices_recipient_kind_recipient_id_state",
            ["recipient_kind", "recipient_id", "state"],
            unique=False,
        )
        batch_op.create_index("ix_notices_state_lease_until", ["state", "lease_until"], unique=False)
        batch_op.create_index("ix_notices_state_next_try_at", ["state", "next_try_at"], unique=False)

    op.create_table(
        "office_delivery",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("personal_in_third_party", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_office_delivery_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office_delivery")),
    )
    op.create_table(
        "recipient_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_kind", sa.String(length=20), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_recipient_settings_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_settings")),
        sa.UniqueConstraint(
            "recipient_kind", "recipient_id", name=op.f("uq_recipient_settings_recipient_kind_recipient_id")
        ),
    )
    with op.batch_alter_table("recipient_settings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recipient_settings_office_id"), ["office_id"], unique=False)

    op.create_table(
        "reminder_marks",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("done_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_reminder_marks_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_reminder_marks")),
    )
    op.create_table(
        "invitation_wishes",
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_invitation_wishes_leader_id")),
        sa.PrimaryKeyConstraint("leader_id", name=op.f("pk_invitation_wishes")),
    )
    op.create_table(
        "kept_messages",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_kept_messages_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_kept_messages")),
    )
    with op.batch_alter_table("kept_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_messages_at"), ["at"], unique=False)

    op.create_table(
        "notice_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("claim", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('started', 'sent', 'temporary', 'permanent', 'unknown')",
            name=op.f("ck_notice_attempts_outcome"),
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_attempts_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_attempts")),
    )
    with op.batch_alter_table("notice_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_attempts_notice_id"), ["notice_id"], unique=False)


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("notice_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_attempts_notice_id"))

    op.drop_table("notice_attempts")
    with op.batch_alter_table("kept_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_messages_at"))

    op.drop_table("kept_messages")
    op.drop_table("invitation_wishes")
    op.drop_table("reminder_marks")
    with op.batch_alter_table("recipient_settings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recipient_settings_office_id"))

    op.drop_table("recipient_settings")
    op.drop_table("office_delivery")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_state_next_try_at")
        batch_op.drop_index("ix_notices_state_lease_until")
        batch_op.drop_index("ix_notices_recipient_kind_recipient_id_state")
        batch_op.drop_index("ix_notices_office_id_due_at")

    op.drop_table("notices")
    with op.batch_alter_table("notice_texts", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_texts_office_id_kind")

    op.drop_table("notice_texts")
    with op.batch_alter_table("notice_policies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_policies_office_id"))

    op.drop_table("notice_policies")
    op.drop_table("channel_setups")
    op.drop_table("scheduler_heartbeats")
