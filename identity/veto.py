"""What forbids that two records are one person, however much else agrees."""

from identity.alike import initial_of_other, near, one_begins_with_other

# Nothing explains one given name as a form of the other: neither nickname, initial, part, typing error,
# nor names in the other order.
_OTHER_GIVEN_NAME = f"""
    case
        when l.given is null or r.given is null or l.given = r.given or l.nick = r.nick then false
        when l.given = r.family and {near("l.family", "r.given")} then false
        when r.given = l.family and {near("r.family", "l.given")} then false
        when {initial_of_other("l.given", "r.given")} or {initial_of_other("l.nick", "r.nick")} then false
        when length(l.given) = 1 or length(r.given) = 1 then true
        when {one_begins_with_other("l.given", "r.given")} then false
        when l.given like '%' || r.given or r.given like '%' || l.given then false
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
