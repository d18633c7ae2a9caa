"""The first tables: judgements, desk consents, saved segments, exports and the audit chain."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "judgement",
        sa.Column("seq", _counter, primary_key=True),
        sa.Column("record_id_l", sa.Text, nullable=False),
        sa.Column("record_id_r", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("judged_by", sa.Text, nullable=False),
        sa.Column("judged_at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("record_id_l < record_id_r", name="judgement_ordered"),
        sa.CheckConstraint("verdict in ('same', 'different', 'unsure')", name="judgement_verdict"),
    )
    op.create_table(
        "desk_consent",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("customer_id", sa.BigInteger, nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("identifier_kind", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("occurred_at", sa.DateTime, nullable=False),
        sa.Column("observed_at", sa.DateTime, nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    op.create_table(
        "saved_segment",
        sa.Column("seq", _counter, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("yaml", sa.Text),
        sa.Column("saved_by", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "export_log",
        sa.Column("export_id", sa.Text, primary_key=True),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("countries", sa.Text),
        sa.Column("snapshot_id", sa.Text, nullable=False),
        sa.Column("definition_hash", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("recipients_sha256", sa.Text, nullable=False),
        sa.Column("as_of", sa.DateTime, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
    )
    op.create_table(
        "export_file",
        sa.Column("export_id", sa.Text, sa.ForeignKey("export_log.export_id"), primary_key=True),
        sa.Column("file_name", sa.Text, primary_key=True),
        sa.Column("file_sha256", sa.Text, nullable=False),
    )
    op.create_index("ix_export_file_file_sha256", "export_file", ["file_sha256"])
    op.create_table(
        "audit",
        sa.Column("seq", _counter, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("prev_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
    )
