"""The query that scores pairs says what Splink itself says."""

import pytest
from identity_tables import rows

from identity.config import IdentityConfig
from identity.linking import prepare
from identity.model import read_model, splink_weights
from identity.score import open_linker, write_scores

PEOPLE = [
    {"given_name": "Hannelore", "family_name": "Zantner", "email": "h.zantner@web.de", "card_no": "262000123"},
    {"given_name": "Hannelore", "family_name": "Zantner", "email": "h.zantner@web.de", "birth_date": "1970-03-04"},
    {"given_name": "H.", "family_name": "Zandtner", "email": "hzantner1@web.de", "birth_date": "1970-04-03"},
    {"given_name": "Hanne", "family_name": "Quiring", "card_no": "262000123", "postal_code": "80331"},
    {"given_name": "Zantner", "family_name": "Hannelore", "phone": "+498912345", "postal_code": "80331"},
    {"given_name": "Müller", "family_name": "Anna", "phone": "+498912345", "email": "anna@web.de"},
    {"given_name": "Anna", "family_name": "Müller", "email": "anna@web.de"},
]


def test_the_query_scores_as_splink_does(con, party):
    party({f"shop:{number}": values for number, values in enumerate(PEOPLE)})
    model = read_model()
    prepare(con, IdentityConfig(), model)
    con.execute("""
        create or replace temp table candidate as
        select l.record_no as record_no_l, r.record_no as record_no_r
        from identity.party_feature as l
        inner join identity.party_feature as r on r.record_id > l.record_id""")
    write_scores(con, model, "candidate", "ours")
    with open_linker(con, 0.5, splink_weights(model)) as linker:
        con.execute("""
            create table identity.pair_for_splink as
            select record_id_l as join_key_l, record_id_r as join_key_r, '0' as match_key from ours""")
        pairs = linker._db_api.register("pair_for_splink")
        linker.table_management.register_blocked_pairs_for_predict(pairs)
        scored = linker.inference.predict(warning_mode="never")
        theirs = rows(con, f"select record_id_l, record_id_r, match_weight from {scored.physical_name} order by all")
    ours = rows(con, "select record_id_l, record_id_r, evidence from ours order by all")
    assert [pair[:2] for pair in ours] == [pair[:2] for pair in theirs]
    assert [pair[2] for pair in ours] == pytest.approx([pair[2] for pair in theirs])
    assert len(ours) == len(PEOPLE) * (len(PEOPLE) - 1) // 2


def test_the_weights_of_the_comparisons_make_the_evidence(con, party):
    party({f"shop:{number}": values for number, values in enumerate(PEOPLE)})
    prepare(con, IdentityConfig(), read_model())
    write_scores(con, read_model(), "candidate", "ours")
    parts = [name for name in con.table("ours").columns if name.startswith("weight_")]
    found = rows(con, f"select evidence, {' + '.join(parts)} from ours")
    assert found
    assert [evidence for evidence, _ in found] == pytest.approx([total for _, total in found])
