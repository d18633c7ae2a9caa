"""Judgements that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "judgement_undo",
        sa.Column(
            "judgement_seq",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("judgement.seq"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("undone_by", sa.Text, nullable=False),
        sa.Column("undone_at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_judgement_pair", "judgement", ["record_id_l", "record_id_r"])
    op.create_index("ix_judgement_record_id_r", "judgement", ["record_id_r"])
