"""roster"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("draft_duties", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=200), server_default="", nullable=False))

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("keep_invited", sa.Boolean(), server_default=sa.text("(true)"), nullable=False)
        )
        batch_op.add_column(sa.Column("builder", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("reserved", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("reserved")
        batch_op.drop_column("builder")
        batch_op.drop_column("keep_invited")

    with op.batch_alter_table("draft_duties", schema=None) as batch_op:
        batch_op.drop_column("place")
