"""directory"""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the change."""


def downgrade() -> None:
    """Undo it."""
