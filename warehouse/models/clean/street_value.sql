-- A street as sent, taken apart: street, house number, flat. One row a distinct line, so that each is read once.
--
-- Known are numbers behind the street (12 a, 12-14, 3/2/14), before it (12, rue du Lac), flats of Sweden (lgh 1102),
-- Denmark (2. tv), Norway (H0201), Austria (Top 4) and Germany (3. OG), and PO boxes, which have no house number.
--
-- grain: sent
-- column: sent | Street, a blank and, where the silo keeps it apart, the house number, as sent. | personal
-- column: street | Street without house number; of a PO box all of it. | personal
-- column: house_no | House number with its suffix; null when there is none. | personal
-- column: unit | Flat, floor or door; whose home it is. | personal
-- column: is_po_box | True for a PO box.
-- check: street <> ''

with line as (
    select concat_ws(' ', street, house_no) as sent
    from stage.party
    where street is not null
    union
    select street as sent
    from stage.suppression
    where street is not null
),

tidy as (
    select sent, regexp_replace(regexp_replace(sent, '\s+', ' ', 'g'), '^[ ,]+|[ ,]+$', '', 'g') as raw
    from line
),

boxed as (
    select
        sent,
        raw,
        regexp_matches(
            lower(raw), '^(postfach|postboks|postbox|boks|box|p[.]? ?o[.]? ?box|pf[.]?|pb[.]?|case postale|cp) *[0-9]'
        ) as is_po_box
    from tidy
    where raw <> ''
),

-- Behind the house number: the flat, the floor and side, the door, the person who lives there.
flats as (
    select
        sent,
        raw,
        is_po_box,
        regexp_extract(
            raw,
            '(?i)[0-9]( ?[a-z])?[ ,/-]+('
            || '(lgh|lägenhet|whg|wohnung|wohn|apt|appartement|app|top|tür|stiege|leil|leilighet|bolig)[. ].*'
            || '|(aufgang|eingang|opgang|hinterhaus|vorderhaus|hh|vh|c/o)( .*)?|[hklu][0-9]{4}'
            || '|([0-9]+|st|kl|stuen)[.]?( ?sal)?,? ?(tv|th|mf|t[.]v|t[.]h|m[.]f)[.]?'
            || '|[0-9]+[.]?,? ?(og|stock|stockwerk|etage|etasje|sal|tr|trappor)([. ].*)?'
            || '|eg|dg|parterre|erdgeschoss|dachgeschoss|st[.]|stuen)$',
            2
        ) as unit
    from boxed
),

numbered as (
    select
        sent,
        unit,
        is_po_box,
        regexp_replace(left(raw, length(raw) - length(unit)), '[ ,/-]+$', '') as line
    from flats
),

found as (
    select
        sent,
        unit,
        line,
        is_po_box,
        case when is_po_box then '' else regexp_extract(
            line,
            '(?i)([ ,.]|[a-zß]{4})([0-9]{1,4}( 1/2)?( ?[a-z])?( ?[-/+–] ?([0-9]+( ?[a-z])?|[a-z]))*)$',
            2
        ) end as number_behind,
        case when is_po_box then '' else regexp_extract(
            line,
            '(?i)^([0-9]{1,4}( ?(bis|ter|[a-z]))?),? (rue|avenue|av[.]|chemin|ch[.]|route|rte|place|boulevard|quai) ',
            1
        ) end as number_before
    from numbered
)

select
    sent,
    case
        when number_before <> '' then regexp_replace(substr(line, length(number_before) + 1), '^[ ,]+', '')
        else coalesce(
            nullif(
                regexp_replace(left(line, length(line) - length(number_behind)), '(?i)([ ,]+(nr[.]?|no[.]))?[ ,]*$', ''),
                ''
            ),
            line
        )
    end as street,
    coalesce(nullif(number_before, ''), nullif(number_behind, '')) as house_no,
    nullif(unit, '') as unit,
    is_po_box
from found
