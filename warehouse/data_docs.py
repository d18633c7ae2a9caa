"""Data Docs: a page for each table of a source with the results on its latest batch, and an index.

Rendered by Great Expectations from counts alone, so no page holds a value. Its pages would load
scripts, fonts and pictures from a dozen hosts; those are taken out, and a page opens without a network.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from warehouse.expectations import great_expectations
from warehouse.quality import CheckResult

_FOREIGN = re.compile(
    r'<script[^>]*\bsrc="http[^>]*>\s*</script>|<link[^>]*\bhref="http[^>]*>|<img[^>]*\bsrc="http[^>]*>'
    r"|<style>.*?</style>",
    re.S,
)
_DEAD_LINK = re.compile(r'<a (?:data-toggle|href="\.\./)[^>]*>(.*?)</a>', re.S)
_SUMMARY = "summary.json"
_STYLE = """<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border-bottom: 1px solid #ddd; padding: .3rem .8rem; text-align: left; vertical-align: top; }
h5 { font-size: 1.1rem; margin: 1.5rem 0 .3rem; }
.failed, .text-danger { color: #b00020; } .text-success { color: #1b7f3b; }
i.text-success::before { content: "✓"; } i.text-danger::before { content: "✗"; }
.collapse, [hidden] { display: none; }
</style>"""


@dataclass(frozen=True)
class _Summary:
    """A line of the index."""

    source: str
    table: str
    delivery: str
    rules: int
    failed: int

    @property
    def page(self) -> str:
        return f"{self.source}.{self.table}.html"


def write_docs(docs_dir: Path, results: Sequence[CheckResult]) -> Path:
    """Write a page for every table among the results and the index of all pages; returns the index.

    Of several batches of a table the last one that failed is shown, else the last. Pages of earlier
    runs stay. Nothing is rendered when there are no results.
    """
    index = docs_dir / "index.html"
    if not results:
        return index
    docs_dir.mkdir(parents=True, exist_ok=True)
    summaries = _read_summaries(docs_dir)
    for checks in _shown_batches(results):
        failed = sum(not check.passed for check in checks)
        first = checks[0]
        summary = _Summary(first.source, first.table, first.delivery, len(checks), failed)
        summaries[summary.page] = summary
        _write(docs_dir / summary.page, _page(summary, checks))
    _write(docs_dir / _SUMMARY, json.dumps([vars(s) for _, s in sorted(summaries.items())], indent=1))
    _write(index, _index([summary for _, summary in sorted(summaries.items())]))
    return index


def _shown_batches(results: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """The results of one batch a table."""
    batches: dict[tuple[str, str], dict[str, list[CheckResult]]] = {}
    for check in results:
        batches.setdefault((check.source, check.table), {}).setdefault(check.delivery, []).append(check)
    shown = []
    for found in batches.values():
        each = list(found.values())
        failed = [checks for checks in each if not all(check.passed for check in checks)]
        shown.append((failed or each)[-1])
    return shown


def _page(summary: _Summary, checks: Sequence[CheckResult]) -> str:
    """Great Expectations' page of validation results."""
    great_expectations()
    from great_expectations.render.renderer import ValidationResultsPageRenderer

    document = ValidationResultsPageRenderer(run_info_at_end=False).render(_suite_result(summary, checks))
    html = _DEAD_LINK.sub(_link_text, _FOREIGN.sub("", _view().render(document)))
    html = html.replace("Data asset: None", f"Batch: {escape(summary.delivery)}", 1)
    html = html.replace("</head>", f"{_STYLE}</head>", 1)
    return html.replace("<body>", '<body><a href="index.html">All sources</a>', 1)


@cache
def _view() -> Any:
    """Great Expectations' page without its side bar; one for all, because its templates compile slowly."""
    great_expectations()
    from great_expectations.render.view import DefaultJinjaPageView

    class Page(DefaultJinjaPageView):
        _template = "page_minimal.j2"

    return Page()


def _link_text(link: re.Match[str]) -> str:
    """What stays of a link to a page that is not made; nothing of one that folds a panel by script."""
    return "" if "data-toggle" in link[0] else link[1]


def _suite_result(summary: _Summary, checks: Sequence[CheckResult]) -> Any:
    """The results as Great Expectations' own objects."""
    great_expectations()
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    results = [
        ExpectationValidationResult(
            success=check.passed,
            expectation_config=ExpectationConfiguration(check.expectation, check.arguments),
            result=check.counts,
            exception_info={
                "raised_exception": False,
                "exception_message": None,
                "exception_traceback": None,
            },
        )
        for check in checks
    ]
    passed = summary.rules - summary.failed
    statistics = {
        "evaluated_expectations": summary.rules,
        "successful_expectations": passed,
        "unsuccessful_expectations": summary.failed,
        "success_percent": 100 * passed / summary.rules,
    }
    name = f"{summary.source}.{summary.table}"
    return ExpectationSuiteValidationResult(not summary.failed, results, name, statistics=statistics)


def _index(summaries: Sequence[_Summary]) -> str:
    rows = "".join(
        f'<tr><td><a href="{escape(s.page)}">{escape(s.source)}.{escape(s.table)}</a></td>'
        f"<td>{escape(s.delivery)}</td><td>{s.rules}</td>"
        f'<td class="{"failed" if s.failed else ""}">{s.failed or "none"}</td></tr>'
        for s in summaries
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>Data quality</title>'
        f"{_STYLE}</head><body>"
        "<h1>Data quality</h1><p>The rules of each source's contract on its latest batch.</p>"
        f"<table><tr><th>Table</th><th>Batch</th><th>Rules</th><th>Failed</th></tr>{rows}</table></body></html>"
    )


def _read_summaries(docs_dir: Path) -> dict[str, _Summary]:
    try:
        found = json.loads((docs_dir / _SUMMARY).read_text(encoding="utf-8"))
        summaries = [_Summary(**line) for line in found]
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return {}
    return {summary.page: summary for summary in summaries}


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
