"""appointments"""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the change."""


def downgrade() -> None:
    """Undo it."""
