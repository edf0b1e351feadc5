"""By what the log knows its own secret."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table("secrets", sa.Column("proof", sa.String(32), primary_key=True))


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("secrets")
