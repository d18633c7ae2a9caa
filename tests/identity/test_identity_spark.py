"""Links and clusters on a real Spark, on this machine: the same as on DuckDB."""

import logging

import pytest
from identity_tables import rows
from test_identity_cases import CASES

from benchmarks.local_spark import local_spark
from benchmarks.party_records import write_party_records
from identity.config import Guard, IdentityConfig
from identity.keys import keys_sql
from identity.linking import update_identity
from identity.model import read_model
from identity.spark import link_on_spark
from identity.spark_tables import SparkTables

# Spellings that two engines might read in two ways.
SPELLINGS = (
    "", " ", "  Anna  Lena ", "Anna\tLena", "Anna\nLena", "Anna\r\nLena", "\u00a0Anna\u00a0", "O’Brien", "O'Brien",
    "İbrahim Işık", "I\u0307brahim", "STRAẞE 7", "Straße", "Łukasz Đorđević", "Ђорђе", "ΟΔΥΣΣΕΥΣ", "Æsa Þór", "ﬁona",
    "Zoe\u0308", "Zoë", "😀 Anna", "\u212angstrom \u212belvin", "H.-P.", "Dr. med. Graf von Berg", "N.N.", "k.A.",
    "Müller-Lüdenscheidt (geb. Meyer)", "von der Leyen", "Bauer", "Noël", "Sœur", "ŉ", "ǅ",
    "Müller & Söhne GmbH & Co. KG", "A/S Den Blå Avis", "Frankfurt/Main (Höchst", "Freiburg i. Br.", "Buchs SG",
    "C/O", "Str. des 17. Juni", "Postfach 12 34", "P.O. Box 7", "S:t Eriksgatan", "07 A-9", "7a, 2. tv", "B 12",
    "S-114 55", "D 01069 Dresden", "1069", "0950", "AB1 2CD", "0001234567-X", "4012345678901", "٣٤", "²³", "½",
    "Jürgen.Müller+News@GMAIL.com", "j.mueller@googlemail.com", "a+b@c+d@e.de", "+tag@web.de", "@web.de", "a@", "a@b@c",
    "İnfo@web.de", "ΣΑΣ@web.de", "\\d+ $1 \\1 %_ '' \" `", "null",
)  # fmt: skip
TEXTS = ("given_name", "family_name", "company_name", "email", "card_no", "street", "house_no", "postal_code", "city")


@pytest.fixture(scope="module")
def spark():
    with local_spark() as session:
        yield session


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    logging.disable(logging.WARNING)
    write_party_records(folder, people=12_500, seed=31)
    logging.disable(logging.NOTSET)
    return folder / "party.parquet"


def test_every_spelling_has_the_same_keys(con, party, spark, tmp_path):
    party(
        {f"shop:{n:03}": {**dict.fromkeys(TEXTS, x), "country": ("DE", "NO")[n % 2]} for n, x in enumerate(SPELLINGS)}
    )
    con.execute(f"copy clean.party to '{tmp_path / 'party.parquet'}'")
    tables = SparkTables(spark, str(tmp_path / "scratch"))
    tables.show("clean.party", str(tmp_path / "party.parquet"))
    query = f"select * from ({keys_sql('clean.party', 'p.record_id as first')}) as k order by record_id"
    assert tables.sql(query).fetchall() == rows(con, query)


def test_links_and_clusters_are_those_of_duckdb(con, party, spark, simulated, tmp_path):
    party(_hard_cases())
    con.execute(f"insert into clean.party by name select * from '{simulated}'")
    con.execute(
        "create table identity.judgement (record_id_l text, record_id_r text, verdict text, decided_at timestamp)"
    )
    con.execute("""
        insert into identity.judgement
        select min(record_id), max(record_id), case when email < 'm' then 'same' else 'different' end, '2026-10-01'
        from clean.party where source <> 'case' group by email having count(*) = 2 order by email limit 40""")
    assert rows(con, "select count(*) >= 20000 from clean.party") == [(True,)]
    for table in ("clean.party", "identity.judgement"):
        con.execute(f"copy {table} to '{tmp_path / table}' (format parquet)")
    # Small enough that large clusters lose links.
    config = IdentityConfig(guard=Guard(max_records=5))
    update_identity(con, config, read_model(), "run")
    out = tmp_path / "out"
    link_on_spark(
        spark, str(tmp_path / "clean.party"), read_model(), config, str(out), str(tmp_path / "identity.judgement")
    )
    assert _links(con, f"'{out}/link/*.parquet'") == _links(con, "identity.link")
    assert _clusters(con, f"'{out}/cluster/*.parquet'") == _clusters(con, "identity.cluster")


def _hard_cases() -> dict[str, dict]:
    """Those of tests/data, each record under a name of its own."""
    return {f"case:{n}:{name}": r for n, case in enumerate(CASES) for name, r in case["records"].items()}


def _links(con, table: str) -> list[tuple]:
    return rows(
        con,
        f"select record_id_l, record_id_r, origin, round(match_weight, 9), veto, rule from {table}"
        " order by record_id_l, record_id_r, origin",
    )


def _clusters(con, table: str) -> list[tuple]:
    return rows(con, f"select record_id, cluster_id from {table} order by record_id")
