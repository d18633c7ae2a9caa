"""What simple ways of finding duplicates reach on the same records: the figures beside ours."""

import duckdb

from identity.clusters import write_components

_RECORDS = "select record_id from identity.party_key"


def same_email(con: duckdb.DuckDBPyConnection, target: str) -> None:
    """Write `target`: records with the same e-mail address are one customer."""
    _by_key(con, target, "select record_id, lower(email) as key from clean.party")


def same_name_and_postal_code(con: duckdb.DuckDBPyConnection, target: str) -> None:
    """Write `target`: records with the same name and postal code are one customer."""
    _by_key(
        con,
        target,
        """select record_id, lower(given_name) || '|' || lower(family_name) || '|' || postal_code as key
        from clean.party""",
    )


def plain_splink(con: duckdb.DuckDBPyConnection, target: str) -> None:
    """Write `target`: Splink as its tutorial sets it up, on the values as they are, threshold 0.95."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    con.execute("""
        create or replace table splink_input as
        select record_id, lower(given_name) as first_name, lower(family_name) as surname,
            cast(birth_date as text) as dob, lower(email) as email, phone, card_no, postal_code, lower(city) as city
        from clean.party""")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[
            cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.EmailComparison("email"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("card_no"),
            cl.ExactMatch("postal_code"),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("card_no"),
            block_on("first_name", "surname"),
            block_on("surname", "dob"),
            block_on("surname", "postal_code"),
        ],
    )
    api = DuckDBAPI(connection=con)
    linker = Linker(api.register("splink_input"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email", "first_name"), block_on("phone", "first_name"), block_on("card_no")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (block_on("email"), block_on("first_name", "surname"), block_on("card_no")):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    scored = linker.inference.predict(threshold_match_probability=0.95)
    write_components(con, target, _RECORDS, f"select record_id_l, record_id_r from {scored.physical_name}")
    api.delete_tables_created_by_splink_from_db()
    con.execute("drop table splink_input")


def _by_key(con: duckdb.DuckDBPyConnection, target: str, keyed: str) -> None:
    write_components(
        con,
        target,
        _RECORDS,
        f"""select min(record_id) over (partition by key) as record_id_l, record_id as record_id_r
        from ({keyed}) as k where key is not null""",
    )
