"""If the warehouse file is lost, silos, state store and the latest snapshot bring everything back, ids and all."""

from acceptance_cli import databases, simulated, succeed

SILOS = ("shop", "newsletter", "calls", "loyalty", "rates", "lists")


def published(workspace, table):
    with databases(workspace) as con:
        return con.sql(f"select * from serve.main.{table} order by all").fetchall()


def test_ids_consents_and_memberships_survive_the_loss_of_the_warehouse(tmp_path):
    workspace = simulated(tmp_path / "demo", people=300, seed=5, sources=SILOS)
    succeed("run", "--workspace", workspace)
    tables = ("customer_record", "customer_id_history", "consent_event", "membership", "membership_event", "customer")
    before = {table: published(workspace, table) for table in tables}
    (workspace / "data" / "warehouse.duckdb").unlink()
    succeed("run", "--workspace", workspace)
    assert {table: published(workspace, table) for table in tables} == before


def test_a_file_changed_while_the_warehouse_was_lost_is_not_taken_for_the_old_one(tmp_path):
    workspace = simulated(tmp_path / "demo", people=300, seed=5, sources=SILOS)
    succeed("run", "--workspace", workspace)
    before = calls_in(workspace)
    (workspace / "data" / "warehouse.duckdb").unlink()
    file = workspace / "inbox" / "calls" / "calls.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), encoding="utf-8")
    succeed("run", "--workspace", workspace)
    assert calls_in(workspace) == before - 1


def calls_in(workspace):
    with databases(workspace) as con:
        ((count,),) = con.sql("select count(*) from serve.main.interaction where kind = 'call'").fetchall()
    return count
