"""SQL from people: one SELECT over serve, nothing else."""

import pytest

from warehouse.analyst import parse_select, run_select, tables_of
from warehouse.db import connect_memory
from warehouse.errors import WarehouseError


@pytest.mark.parametrize(
    "sql",
    [
        "drop table serve.customer",
        "select 1; select 2",
        "insert into serve.customer select 1",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from raw.shop_customer",
        "select * from (select * from information_schema.tables)",
        "with x as (select * from raw.shop_customer) select * from x",
        "select (select max(x) from raw.shop_customer)",
        "select * from serve.fingerprint",
        "select * from query('select 1')",
        "copy (select 1) to '/tmp/x'",
        "pragma database_list",
        "select from where",
    ],
)
def test_what_is_no_select_over_serve_is_refused(sql):
    with pytest.raises(WarehouseError, match=r"^query: "):
        parse_select(sql)


def test_a_select_runs_and_names_its_tables():
    with connect_memory() as con:
        con.execute("attach ':memory:' as serve; create table serve.customer as select 7 as customer_id")
        sql = "with c as (select * from serve.customer) select count(*) as n from c union all select 3"
        assert run_select(con, sql)["n"].to_list() == [1, 3]
        assert tables_of(parse_select(sql)) == {"customer"}
