"""What an e-mail address tells beyond the name: anna.weber84@ is a name and a year, bluebird7@ neither."""

from identity import fold

# Mailboxes that every firm and family has.
_ROLES = (
    "info|kontakt|contact|office|service|mail|email|post|hallo|hello|hei|team|verein|familie|family|privat|web|shop"
    "|admin|webmaster|postmaster|buero|praxis|kanzlei|rechnung|buchhaltung|bestellung|einkauf|verkauf|sekretariat"
)


def with_mailboxes(people: str) -> str:
    """SQL: the rows of `people` (given, given_first, family, email, birth_date) and what their mailbox tells.

    | given | family | email                 | email_is_name | mailbox   | year_hint |
    |-------|--------|-----------------------|---------------|-----------|-----------|
    | anna  | weber  | anna.weber84@web.de   | true          |           | 84        |
    | anna  | weber  | bluebird7@web.de      | false         | bluebird7 |           |

    `mailbox` is the part before the @ where it tells more than the name, so that it may stand at another provider.
    `year_hint` are the last two digits of the birth year: of the birth date, else of a mailbox that holds the name.
    """
    return f"""
        with parted as (
            select *,
                regexp_replace(email, '@.*$', '') as email_local,
                regexp_replace(email, '^[^@]*@', '') as email_domain,
                {fold.one_vowel("regexp_replace(regexp_replace(email, '@.*$', ''), '[^a-z]', '', 'g')")} as letters,
                regexp_extract(regexp_replace(email, '@.*$', ''), '[0-9]+') as number
            from {people}
        ),
        rested as (
            select *,
                -- Some engines count the edits of ä as one, some as two: only equal is near enough there.
                case when bit_length(email_local) > 8 * length(email_local) then email_local
                    else regexp_replace(email_local, '[^0-9]', '', 'g') end as email_digits,
                case
                    when letters like '%' || family then substr(letters, 1, length(letters) - length(family))
                    when letters like family || '%' then substr(letters, length(family) + 1)
                end as rest,
                case
                    when regexp_matches(number, '^(19[2-9][0-9]|20[0-2][0-9])$') then substr(number, 3, 2)
                    when length(number) = 2 then number
                end as year
            from parted
        ),
        named as (
            select *,
                -- The given or family name, both, or an initial with the family name.
                coalesce(
                    letters in (given, given_first) or rest in ('', given, given_first, substr(given, 1, 1)), false
                ) as email_is_name,
                -- The same where the record knows a short form only, or has a typing error.
                coalesce(
                    letters in (given, given_first) or length(rest) <= 1 or rest in (given, given_first)
                    or (rest is not null and given is null)
                    or (length(given) <= 3 and substr(rest, 1, 1) = substr(given, 1, 1))
                    -- The distance is costly, so lengths are looked at first.
                    or case
                        when abs(length(letters) - length(given) - length(family)) > 2 then false
                        else levenshtein(letters, given || family) <= 2 or levenshtein(letters, family || given) <= 2
                    end,
                    false) as email_holds_name
            from rested
        )
        select
            * exclude (letters, number, rest, year, email_holds_name),
            case
                when length(email_local) < 5 or regexp_matches(email_local, '^({_ROLES})$') then null
                when email_holds_name and (length(number) < 4 or year is not null) then null
                else email_local
            end as mailbox,
            coalesce(substr(birth_date, 3, 2), case when email_holds_name then year end) as year_hint
        from named"""
