"""Companies: linked among themselves by simple exact rules, never with a person."""

import duckdb

# SQL over identity.party_key: the same name without its legal form, and one thing more.
COMPANY_RULES = {
    "same company name and e-mail address": "company || '|' || email",
    "same company name and phone": "company || '|' || phone",
    "same company name and postal code": "company || '|' || postal_code",
}


def write_company_links(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.company_link: each company record with the first of its group, with the rule in words."""
    keys = " union all ".join(
        f"select '{words}' as reason, {key} as key, record_id from identity.party_key"
        f" where is_company and {key} is not null"
        for words, key in COMPANY_RULES.items()
    )
    con.execute(f"""
        create or replace table identity.company_link as
        with keyed as ({keys}),
        grouped as (
            select reason, record_id, min(record_id) over (partition by reason, key) as first_record_id from keyed
        )
        select first_record_id as record_id_l, record_id as record_id_r, min(reason) as reason
        from grouped
        where first_record_id <> record_id
        group by first_record_id, record_id
        order by record_id_l, record_id_r""")
