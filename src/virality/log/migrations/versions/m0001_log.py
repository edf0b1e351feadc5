"""The log: models, predictions, outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "models",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("statement", sa.JSON, nullable=False),
        sa.Column("noted_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "predictions",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("account", sa.String(32), index=True),
        sa.Column("video", sa.String(32), index=True),
        sa.Column("posted_at", sa.BigInteger),
        sa.Column("inputs", sa.String(32), nullable=False),
        sa.Column("features", sa.JSON, nullable=False),
        sa.Column("probabilities", sa.JSON, nullable=False),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.Column("percentile", sa.Float(53)),
        sa.Column("low", sa.Float(53)),
        sa.Column("median", sa.Float(53)),
        sa.Column("high", sa.Float(53)),
    )
    op.create_table(
        "outcomes",
        sa.Column("prediction", sa.String(32), primary_key=True),
        sa.Column("value", sa.Float(53), nullable=False),
        sa.Column("tier", sa.SmallInteger),
        sa.Column("percentile", sa.Float(53)),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("noted_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Take them away again."""
    for table in ("outcomes", "predictions", "models"):
        op.drop_table(table)
