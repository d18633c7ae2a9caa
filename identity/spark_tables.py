"""The engine's statements on Spark: what is written for DuckDB, in Spark's words, each table a Parquet folder."""

from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from identity.errors import IdentityError
from identity.spark_words import deep, in_spark, name_of, read

if TYPE_CHECKING:
    import polars as pl
    from pyspark.sql import DataFrame, SparkSession

# What a step asks for the tables there are.
_CATALOG = "duckdb_tables"
# Splink's last step is written before it is filtered: Spark would work out every weight anew for the filter.
_WRITTEN = "__splink__df_predict"


@dataclass
class _Table:
    """One state of a table: queries over other states, run when somebody asks for the rows.

    Much of what an increment needs is written by a whole run, too, and never read.
    """

    view: str
    queries: tuple[str, ...] = ()
    sources: list["_Table"] = field(default_factory=list)
    is_kept: bool = True
    is_made: bool = False


class Answer:
    """Rows of a query, as DuckDB's relation gives them."""

    def __init__(self, frame: "DataFrame") -> None:
        self.frame = frame

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.frame.columns)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows as tuples."""
        return [tuple(row) for row in self.frame.collect()]

    def pl(self) -> "pl.DataFrame":
        """The rows as a frame."""
        import polars as pl

        return pl.DataFrame(pl.from_arrow(self.frame.toArrow()))


class SparkTables:
    """Takes the place of the DuckDB connection in the steps of a whole run.

    It knows `create table … as`, `insert`, `delete`, `drop`, queries and registered frames.
    Each state of a table is a folder below `scratch`.
    """

    def __init__(self, spark: "SparkSession", scratch: str) -> None:
        self._spark = spark
        self._scratch = scratch
        self._tables: dict[str, _Table] = {}
        self._states = 0

    def execute(self, statements: str, values: list[Any] | None = None) -> Answer | None:
        """Run statements in DuckDB's words; the answer is that of the last, if it asked for one."""
        answer = None
        with deep():
            for statement in read(statements, values or []):
                answer = self._run(statement)
        return answer

    sql = execute

    def show(self, name: str, path: str) -> None:
        """Let `name` be the rows of a Parquet file or folder."""
        self._let(name, self._spark.read.parquet(path))

    def register(self, name: str, frame: "pl.DataFrame") -> None:
        """Let `name` be a small table that is here already."""
        import polars as pl

        self._let(name, self._spark.createDataFrame(frame.to_arrow(compat_level=pl.CompatLevel.oldest())))

    def unregister(self, name: str) -> None:
        """Forget `name`."""
        del self._tables[name]

    def write(self, query: str, path: str) -> None:
        """Write the rows of a query to a Parquet folder, in place of what is there."""
        answer = self.execute(query)
        assert answer is not None
        answer.frame.write.mode("overwrite").parquet(path)

    def _run(self, statement: exp.Expr) -> Answer | None:
        if isinstance(statement, exp.Create) and statement.kind != "SCHEMA":
            self._create(statement)
        elif isinstance(statement, exp.Insert):
            self._insert(statement)
        elif isinstance(statement, exp.Delete):
            self._delete(statement)
        elif isinstance(statement, exp.Drop):
            for table in statement.args["tables"]:
                self._tables.pop(name_of(table), None)
        elif isinstance(statement, exp.Query):
            text, sources = self._placed(statement)
            for source in sources:
                self._make(source)
            return Answer(self._spark.sql(text))
        elif not isinstance(statement, exp.Create):
            raise IdentityError(f"spark: a step of a whole run may not {statement.key} rows.")
        return None

    def _create(self, statement: exp.Create) -> None:
        target = statement.this
        if isinstance(target, exp.Schema):
            if statement.args.get("exists") and name_of(target.this) in self._tables:
                return
            text = ", ".join(f"cast(null as {c.kind.sql('spark')}) as {c.name}" for c in target.expressions)
            self._add(name_of(target.this), (f"select {text} where false",), [])
            return
        text, sources = self._placed(statement.expression)
        self._add(name_of(target), (text,), sources, is_kept=statement.kind != "VIEW")

    def _insert(self, statement: exp.Insert) -> None:
        before = self._tables[name_of(statement.this)]
        text, sources = self._placed(statement.expression)
        if not statement.args.get("by_name"):
            names = ", ".join(self._frame(before).columns)
            text = f"select * from ({text}) as inserted ({names})"
        self._add(name_of(statement.this), (f"select * from {before.view}", text), [before, *sources])

    def _delete(self, statement: exp.Delete) -> None:
        gone = exp.func("coalesce", statement.args["where"].this, exp.false())
        left = exp.select("*").from_(statement.this.copy()).where(exp.not_(gone))
        text, sources = self._placed(left)
        self._add(name_of(statement.this), (text,), sources)

    def _placed(self, query: exp.Expr) -> tuple[str, list[_Table]]:
        """The query in Spark's words, and the tables that it reads as they are now."""
        query = query.copy()
        self._write_first(query)
        own = {cte.alias for cte in query.find_all(exp.CTE)}
        sources = []
        for table in list(query.find_all(exp.Table)):
            if isinstance(table.this, exp.Anonymous) and table.this.name == _CATALOG:
                table.replace(self._catalog())
            elif table.db or table.name not in own:
                source = self._tables[name_of(table)]
                sources.append(source)
                table.replace(exp.to_table(source.view, alias=table.alias or table.name))
        return in_spark(query), sources

    def _write_first(self, query: exp.Expr) -> None:
        for step in list(query.find_all(exp.CTE)):
            if step.alias == _WRITTEN and step.parent is not None:
                steps = step.parent.pop()
                last = step.pop().this
                last.set("with_", steps)
                text, sources = self._placed(last)
                self._add(_WRITTEN, (text,), sources)

    def _catalog(self) -> exp.Expr:
        rows = [f"(current_database(), '{n.split('.')[0]}', '{n.split('.')[-1]}')" for n in self._tables]
        names = "t(database_name, schema_name, table_name)"
        return exp.maybe_parse(f"select * from values {', '.join(rows)} as {names}", dialect="spark").subquery(_CATALOG)

    def _add(self, name: str, queries: tuple[str, ...], sources: list[_Table], is_kept: bool = True) -> _Table:
        self._states += 1
        view = f"{name.replace('.', '_')}_{self._states}"
        self._tables[name] = _Table(view, queries, sources, is_kept)
        return self._tables[name]

    def _let(self, name: str, frame: "DataFrame") -> None:
        table = self._add(name, (), [])
        frame.createOrReplaceTempView(table.view)
        table.is_made = True

    def _make(self, table: _Table) -> None:
        """Write the rows of a table, and of those that it is made from, unless they are there."""
        if not table.is_made:
            frame = self._frame(table)
            if table.is_kept:
                path = f"{self._scratch}/{table.view}"
                frame.write.mode("overwrite").parquet(path)
                frame = self._spark.read.schema(frame.schema).parquet(path)
            frame.createOrReplaceTempView(table.view)
            table.is_made = True

    def _frame(self, table: _Table) -> "DataFrame":
        if table.is_made:
            return self._spark.table(table.view)
        for source in table.sources:
            self._make(source)
        frames = [self._spark.sql(query) for query in table.queries]
        return reduce(lambda a, b: a.unionByName(b, allowMissingColumns=True), frames)
