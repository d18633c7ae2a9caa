"""Company records: resolved among themselves by rules, never with a person.

The same VAT id is the same company wherever it sits. Without one it takes the same name, legal form left out, and one
thing more; two places are two branches and stay apart, and so do two VAT ids.
"""

import duckdb

from identity.mail_domains import write_mail_domains

# Groups of more records than these under one key are no evidence, but a shared value.
_MOST = 50
_RULES = {
    "same company name and address": ("company", "street", "house_no", "postal_code"),
    "same company name and phone": ("company", "phone"),
    "same company name and e-mail address": ("company", "email"),
    "same company name and mail domain": ("company", "domain"),
    "same company name and postal code": ("company", "postal_code"),
}
_NEAR = "nearly the same company name and the same postal code"
# Between the places `a` and `b` of two records, as far as each is known.
_ELSEWHERE = """
    case
        when a.street is not null and b.street is not null then not (
            coalesce(a.house_no, '') = coalesce(b.house_no, '')
            and coalesce(a.postal_code = b.postal_code or a.city = b.city, true)
            and case when abs(length(a.street) - length(b.street)) > 2 then false
                else levenshtein(a.street, b.street) <= 2 end)
        else coalesce(a.postal_code <> b.postal_code, false)
    end"""


def write_company_links(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.company_link: pairs of company records that are one organisation, with the rule in words.

    | record_id_l | record_id_r | reason                        |
    |-------------|-------------|-------------------------------|
    | erp:01…     | erp:7a…     | same VAT id                   |
    | erp:01…     | shop:9c…    | same company name and phone   |

    A record that tells no place counts to the place of the best record that it goes with, and so with the VAT id: it
    never ties two branches, nor two companies, together.
    """
    _write_keys(con)
    _write_pairs(con)
    _write_anchors(con)
    con.execute(f"""
        create or replace table identity.company_link as
        select l.record_no as record_no_l, r.record_no as record_no_r, p.record_id_l, p.record_id_r, p.reason
        from company_pair as p
        inner join company_anchor as l on l.record_id = p.record_id_l
        inner join company_anchor as r on r.record_id = p.record_id_r
        inner join company_key as a on a.record_id = l.place_record_id
        inner join company_key as b on b.record_id = r.place_record_id
        where coalesce(l.vat_id = r.vat_id, false)
            or (not coalesce(l.vat_id <> r.vat_id, false) and not {_ELSEWHERE})
        order by p.record_id_l, p.record_id_r""")


def _write_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Write identity.mail_domain, and temp table company_key: what the rules look at."""
    # A table of people from elsewhere may hold no VAT ids.
    vat = "p.vat_id" if "vat_id" in con.sql("select * from clean.party limit 0").columns else "null"
    write_mail_domains(con)
    con.execute(f"""
        create or replace temp table company_key as
        select
            k.record_no, k.record_id, k.company, k.phone, k.email, d.domain,
            k.street, k.house_no, k.postal_code, k.city,
            -- No number at all, or one digit over and over, or the digits in order.
            case
                when not regexp_matches({vat}, '[0-9]{{5}}') then null
                when regexp_matches({vat}, '(0{{7}}|1{{7}}|9{{7}}|12345678)') then null
                else {vat}
            end as vat_id
        from identity.party_key as k
        inner join clean.party as p on p.record_id = k.record_id
        left join identity.mail_domain as d on d.domain = split_part(k.email, '@', 2) and not d.is_free
        where k.is_company""")


def _write_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table company_pair (record_id_l, record_id_r, rank, reason): the best rule of each pair."""
    keyed = " union all ".join(
        f"select {rank} as rank, '{reason}' as reason, concat_ws('|', {', '.join(columns)}) as key, record_id"
        f" from company_key where {' and '.join(f'{column} is not null' for column in columns)}"
        for rank, (reason, columns) in enumerate(_RULES.items(), start=1)
    )
    con.execute(f"""
        create or replace temp table company_pair as
        with keyed as (
            select rank, reason, key, record_id, count(*) over (partition by rank, key) as records from ({keyed}) as k
        ),
        -- Nearly the same name begins or ends alike.
        ended as (
            select record_id, company, postal_code, '^' || substr(company, 1, 3) as letters from company_key
            union all
            select record_id, company, postal_code, substr(company, length(company) - 2) || '$' as letters
            from company_key
        ),
        found as (
            select l.record_id as record_id_l, r.record_id as record_id_r, l.rank, l.reason
            from keyed as l
            inner join keyed as r on r.rank = l.rank and r.key = l.key and l.record_id < r.record_id
            where l.records <= {_MOST}
            union all
            select min(record_id) over (partition by vat_id) as record_id_l, record_id as record_id_r, 0 as rank,
                'same VAT id' as reason
            from company_key where vat_id is not null
            union all
            select l.record_id as record_id_l, r.record_id as record_id_r, {len(_RULES) + 1} as rank,
                '{_NEAR}' as reason
            from ended as l
            inner join ended as r on r.postal_code = l.postal_code and r.letters = l.letters
                and l.record_id < r.record_id
            where l.company <> r.company and least(length(l.company), length(r.company)) >= 5
                and case when abs(length(l.company) - length(r.company)) > 2 then false
                    when least(length(l.company), length(r.company)) >= 10 then levenshtein(l.company, r.company) <= 2
                    else levenshtein(l.company, r.company) <= 1 end
        ),
        ranked as (
            select record_id_l, record_id_r, rank, reason,
                row_number() over (partition by record_id_l, record_id_r order by rank) as place
            from found
            where record_id_l <> record_id_r
        )
        select record_id_l, record_id_r, rank, reason from ranked where place = 1""")


def _write_anchors(con: duckdb.DuckDBPyConnection) -> None:
    """Write temp table company_anchor (record_no, record_id, place_record_id, vat_id): each record's own place and
    VAT id, else those of the best record that it goes with."""
    con.execute("""
        create or replace temp table company_anchor as
        with side as (
            select record_id_l as record_id, record_id_r as other_id, rank from company_pair
            union all
            select record_id_r as record_id, record_id_l as other_id, rank from company_pair
        ),
        placed as (
            select s.record_id, s.other_id,
                row_number() over (partition by s.record_id order by s.rank, s.other_id) as place
            from side as s
            inner join company_key as o on o.record_id = s.other_id and o.street is not null
        ),
        numbered as (
            select s.record_id, o.vat_id,
                row_number() over (partition by s.record_id order by s.rank, s.other_id) as place
            from side as s
            inner join company_key as o on o.record_id = s.other_id and o.vat_id is not null
        )
        select
            k.record_no, k.record_id,
            case when k.street is null then coalesce(p.other_id, k.record_id) else k.record_id end as place_record_id,
            coalesce(k.vat_id, n.vat_id) as vat_id
        from company_key as k
        left join placed as p on p.record_id = k.record_id and p.place = 1
        left join numbered as n on n.record_id = k.record_id and n.place = 1""")
