"""Portable SQL: what engines or threads answer apart is refused, the rest passes."""

import pytest

from warehouse.errors import WarehouseError
from warehouse.portable import refuse_unportable

REFUSED = [
    "select now() as a",
    "select current_date as a",
    "select random() as a",
    "select list(x order by y) as a from t",
    "select list(x) as a from t",
    "select string_agg(x, ', ' order by x) as a from t",
    "select any_value(x) as a from t",
    "select first(x) as a from t",
    "select mode(x) as a from t",
    "select arg_max(x, y) as a from t",
    "select median(x) as a from t",
    "select quantile_cont(x, 0.5) as a from t",
    "select week(x) as a from t",
    "select extract(week from x) as a from t",
    "select bought_on - sent_on as a from t",
    "select cast(x as date) - cast(y as date) as a from t",
    "select cast(x / y as integer) as a from t",
    "select cast(x * 1.5 as bigint) as a from t",
    "select cast(cast(x as decimal(18, 2)) as integer) as a from t",
    "select x / y as a from t",
    "select sum(cast(x as double)) as a from t",
    "select row_number() over (partition by x) as a from t",
    "select x from t limit 3",
    "select x, count(*) as n from t group by all",
    "select x, count(*) as n from t group by 1",
    "select x from t order by all",
    "select distinct on (x) x, y from t",
    "select x a from t",
    "select x from t u",
    "select a: x from t",
    "select x from t using sample 10%",
]
ALLOWED = [
    "select list_sort(list(distinct x) filter (where x is not null)) as a from t",
    "select array_to_string(list_sort(list(x)), ', ') as a from t",
    "select cast(x / nullif(y, 0) as decimal(18, 4)) as a from t",
    "select cast(round(x / y) as integer) as a from t",
    "select cast(x as integer) as a from t",
    "select cast(sum(x) / count(*) as decimal(18, 2)) as a from t",
    "select sum(x) over (partition by y) as a from t",
    "select row_number() over (partition by x order by y desc, z) as a from t",
    "select date_diff('day', sent_on, bought_on) as a from t",
    "select quantile_disc(x, 0.5) as a from t",
    "select $as_of - interval 30 day as a from t",
    "with a as (select x from t) select b.x from a as b cross join unnest([1]) as u(v) order by b.x limit 1",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_unportable_sql_is_refused(sql):
    with pytest.raises(WarehouseError, match=r"^a\.sql: "):
        refuse_unportable(sql, "a.sql")


@pytest.mark.parametrize("sql", ALLOWED)
def test_portable_sql_passes(sql):
    refuse_unportable(sql, "a.sql")
