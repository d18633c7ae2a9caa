"""What forbids that two records are one person, however much else agrees."""

from identity.comparisons import near, one_begins_with_other

# A given name long enough to be one, and nothing that would explain the other as a form of it.
_OTHER_GIVEN_NAME = f"""
    case
        when l.given = r.given or l.nick = r.nick then false
        when least(length(l.given), length(r.given)) < 3 then false
        when {one_begins_with_other("l.given", "r.given")} then false
        when l.given like '%' || r.given or r.given like '%' || l.given then false
        when l.given = r.family or r.given = l.family then false
        else not {near("l.given", "r.given")}
    end"""
# Neither a swap nor a typing error: father and son of one name.
_OTHER_BIRTH_DATE = """
    case
        when l.birth_date = r.birth_date or l.birth_date = r.birth_date_swapped then false
        when substr(l.birth_date, 1, 7) = substr(r.birth_date, 1, 7) then false
        else levenshtein(l.birth_date, r.birth_date) > 2
    end"""
# Paul and Paula are one typing error apart.
_OTHER_GENDER = "l.gender <> r.gender and l.given <> r.given"

VETO = f"""case
    when {_OTHER_GIVEN_NAME} then 'clearly different given names'
    when {_OTHER_BIRTH_DATE} then 'clearly different birth dates'
    when {_OTHER_GENDER} then 'different given names of a woman and a man'
end"""
"""SQL over two rows `l` and `r` of identity.party_feature: the reason in words, or null."""
