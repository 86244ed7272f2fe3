"""leader deadline: the day a leader wants a matter done by, beside the day of the Regulations"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the change: what is due already is due by the Regulations."""
    op.add_column("matters", sa.Column("leader_due_on", sa.Date(), nullable=True))
    op.add_column(
        "matters", sa.Column("regulation_due_on", sa.Date(), nullable=False, server_default="2000-01-01")
    )
    op.execute("UPDATE matters SET regulation_due_on = due_on")


def downgrade() -> None:
    """Undo it: matters and their units are due by the Regulations again."""
    op.execute("UPDATE matters SET due_on = regulation_due_on")
    op.execute("UPDATE matter_units SET due_on = (SELECT due_on FROM matters WHERE matters.id = matter_id)")
    op.drop_column("matters", "regulation_due_on")
    op.drop_column("matters", "leader_due_on")
