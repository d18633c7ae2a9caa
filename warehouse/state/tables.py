"""The tables of the state store. A change here needs a migration in `migrations/versions`."""

import sqlalchemy as sa

metadata = sa.MetaData()
_counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")

judgement = sa.Table(
    "judgement",
    metadata,
    sa.Column("seq", _counter, primary_key=True),
    sa.Column("record_id_l", sa.Text, nullable=False),
    sa.Column("record_id_r", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("judged_by", sa.Text, nullable=False),
    sa.Column("judged_at", sa.DateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint("record_id_l < record_id_r", name="judgement_ordered"),
    sa.CheckConstraint("verdict in ('same', 'different', 'unsure')", name="judgement_verdict"),
    sa.Index("ix_judgement_pair", "record_id_l", "record_id_r"),
    sa.Index("ix_judgement_record_id_r", "record_id_r"),
)

judgement_undo = sa.Table(
    "judgement_undo",
    metadata,
    sa.Column("judgement_seq", _counter, sa.ForeignKey("judgement.seq"), primary_key=True, autoincrement=False),
    sa.Column("undone_by", sa.Text, nullable=False),
    sa.Column("undone_at", sa.DateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

desk_consent = sa.Table(
    "desk_consent",
    metadata,
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

saved_segment = sa.Table(
    "saved_segment",
    metadata,
    sa.Column("seq", _counter, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("yaml", sa.Text),
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_at", sa.DateTime, nullable=False),
)

export_log = sa.Table(
    "export_log",
    metadata,
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

export_file = sa.Table(
    "export_file",
    metadata,
    sa.Column("export_id", sa.Text, sa.ForeignKey("export_log.export_id"), primary_key=True),
    sa.Column("file_name", sa.Text, primary_key=True),
    sa.Column("file_sha256", sa.Text, nullable=False, index=True),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", _counter, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
)
