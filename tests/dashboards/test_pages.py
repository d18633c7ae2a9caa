"""The pages as a marketer uses them, in a real browser, on a small demo."""

import csv
import io
import re
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from playwright.sync_api import Page, expect

from dashboards import words
from dashboards.queries import segment as ask
from segments.desk import Entry, enter_objection
from segments.gate import AUDIENCE
from segments.pack import read_segments
from segments.preview import preview
from warehouse.db import connect_snapshot
from warehouse.publish import current_snapshot
from warehouse.settings import open_workspace
from warehouse.state.consents import all_desk_events
from warehouse.state.exports import logged_exports
from warehouse.state.judgements import judgements, record_judgement
from warehouse.state.store import open_state


def rows(workspace: Path, sql: str) -> list[tuple]:
    with connect_snapshot(current_snapshot(workspace / "data" / "published")) as con:
        return con.execute(sql).fetchall()


def desk_events(workspace: Path) -> pa.Table:
    state = open_state(open_workspace(workspace).state_url)
    try:
        return all_desk_events(state)
    finally:
        state.dispose()


def test_overview_counts_the_customers_and_leads_to_those_who_wait(
    page: Page, address: str, workspace: Path, strangers: list[str]
):
    [(customers,)] = rows(workspace, "select count(*) from serve.customer")
    page.goto(address)
    expect(page.locator(".rb-figure", has_text="Customers").first).to_contain_text(words.number(customers))
    expect(page.locator(".rb-facts")).to_contain_text("Nordlicht Wohnen")
    expect(page.locator(".rb-facts")).to_contain_text(re.compile(r"data as of \d\d\.\d\d\.\d{4} \d\d:\d\d"))
    expect(page.get_by_text("Sources", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("unanswered enquir")).click()
    expect(page.get_by_role("heading", name="Unanswered enquiries")).to_be_visible()
    assert strangers == []


def test_search_finds_a_customer_whose_address_names_nobody(page: Page, address: str, workspace: Path):
    customer_id, family_name, given_name = rows(
        workspace,
        "select customer_id, family_name, given_name from serve.customer "
        "where regexp_matches(lower(family_name), 'ö|ü') and given_name is not null order by customer_id limit 1",
    )[0]
    typed = family_name.lower().replace("ö", "oe").replace("ü", "ue")
    page.goto(f"{address}/customers")
    page.get_by_role("searchbox").fill(f"{typed} {given_name}")
    code = words.customer_code(customer_id)
    page.locator(f'a[href*="customer={code}"]').click()
    expect(page.locator(".rb-code")).to_have_text(code)
    expect(page.locator(".rb-name h2")).to_contain_text(family_name)
    assert page.url == f"{address}/customers?customer={code}"
    for tab in ("Identities", "Orders and returns", "Consents", "Why one customer"):
        page.get_by_role("tab", name=tab).click()
    expect(page.get_by_text("History of the id")).to_be_visible()
    expect(page.locator('[data-testid="stException"], [data-testid="stAlert"]')).to_have_count(0)


def test_a_customer_is_explained_step_by_step_and_any_two_records_in_full(page: Page, address: str, workspace: Path):
    [(customer_id, record_count)] = rows(
        workspace,
        "select customer_id, count(*) from serve.customer_record group by 1 order by 2 desc, 1 limit 1",
    )
    page.goto(f"{address}/customers?customer={words.customer_code(customer_id)}")
    page.get_by_role("tab", name="Why one customer").click()
    steps = page.locator("table", has_text="These two").locator("tbody tr")
    expect(steps).to_have_count(record_count - 1)
    expect(steps.last).to_contain_text(words.plural(record_count, "record"))
    expect(page.get_by_text("One customer: ")).to_be_visible()
    expect(page.get_by_text("needed to be joined")).to_be_visible()
    expect(page.get_by_text("The same on the command line")).to_be_visible()
    judge = page.get_by_role("link", name="Judge these two")
    expect(judge).to_have_attribute(
        "href", re.compile(r"review\?pair=\w+(:|%3A)[0-9a-f]{16}(~|%7E)\w+(:|%3A)[0-9a-f]{16}$")
    )


def test_what_is_downloaded_is_the_logged_export(page: Page, address: str, workspace: Path):
    page.goto(f"{address}/segments?segment=regulars")
    page.get_by_role("radio", name="Letter").click()
    shown = page.get_by_role("heading", name=re.compile("may be contacted$"))
    page.get_by_role("button", name="Prepare files").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("CSV for systems")).click()
    content = Path(waiting.value.path()).read_bytes()

    state = open_state(open_workspace(workspace).state_url)
    export = logged_exports(state).to_pylist()[-1]
    state.dispose()
    assert (export["segment"], export["channel"], export["purpose"]) == ("regulars", "letter", "marketing")
    folder = workspace / "data" / "exports" / export["export_id"]
    assert content == (folder / waiting.value.suggested_filename).read_bytes()
    # The letter shop's file ends with the sender's own control address.
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) - 2 == export["rows"]
    assert words.plural(export["rows"], "customer") in (shown.text_content() or "")


def test_a_german_cold_call_list_is_refused_in_plain_words(page: Page, address: str, workspace: Path):
    page.goto(f"{address}/segments?segment={segment_nobody_may_call(workspace)}")
    page.get_by_role("radio", name="Phone").click()
    page.get_by_label("Countries").click()
    page.get_by_role("option", name="DE").click()
    page.keyboard.press("Escape")
    refused = page.locator('[data-testid="stAlert"]')
    expect(refused).to_contain_text("No such list can be made")
    expect(refused).to_contain_text("Germany: calls to consumers for marketing need the person's own confirmed consent")
    expect(page.get_by_role("button", name="Prepare files")).to_have_count(0)


def test_the_goods_chosen_bring_in_who_bought_such_goods(page: Page, address: str, workspace: Path):
    opened = open_workspace(workspace)
    segments = read_segments(opened.root)
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        goods = ask.goods(con)
        plain, with_goods = (
            preview(con, segment, "email", opened.now(), segments=segments, recent_events=desk_events(workspace))
            for segment in (segments["regulars"], segments["regulars"].advertising(goods[:1]))
        )
    assert with_goods.funnel[-2].customers > plain.funnel[-2].customers
    page.goto(f"{address}/segments?segment=regulars")
    may = page.locator(".rb-final .rb-right")
    expect(may).to_have_text(words.number(plain.funnel[-2].customers))
    page.get_by_label("Advertised goods").click()
    page.get_by_role("option", name=goods[0]).click()
    page.keyboard.press("Escape")  # an open list hides the rest of the page from roles
    expect(may).to_have_text(words.number(with_goods.funnel[-2].customers))
    page.get_by_role("button", name="Prepare files").click()
    expect(page.get_by_role("button", name=re.compile("CSV for systems"))).to_contain_text(
        words.plural(with_goods.funnel[-2].customers, "row")
    )


def answer(page: Page, verdict: str, reason: str) -> None:
    """Answer the question that the page shows."""
    field = page.get_by_role("combobox", name="How do you know?")
    field.fill(reason)
    field.press("Enter")
    page.get_by_role("button", name=verdict).click()


def test_a_question_is_answered_with_a_reason_and_taken_back(page: Page, address: str, workspace: Path):
    waiting = rows(workspace, "select record_id_l, record_id_r from serve.review_queue order by place")
    page.goto(f"{address}/review")
    expect(page.get_by_role("tab", name=f"Questions · {len(waiting)}")).to_be_visible()
    expect(page.get_by_role("button", name="Same person")).to_be_disabled()
    answer(page, "Same person", "asked at the till")
    said = page.locator('[data-testid="stAlert"]')
    expect(said).to_contain_text("Same person: noted. It counts from the next run.")
    expect(page.get_by_role("tab", name=f"Questions · {len(waiting) - 1}")).to_be_visible()
    assert [(j["verdict"], j["reason"]) for j in judged(workspace)] == [("same", "asked at the till")]
    assert (judged(workspace)[0]["record_id_l"], judged(workspace)[0]["record_id_r"]) == waiting[0]
    page.get_by_role("tab", name="Judged · 1").click()
    page.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("Taken back. From the next run on the model decides again.")
    assert judged(workspace) == []


def test_an_answer_that_contradicts_others_is_refused_with_the_chain(page: Page, address: str, workspace: Path):
    a, b, c = (r for (r,) in rows(workspace, "select record_id from serve.customer_record order by 1 limit 3"))
    state = open_state(open_workspace(workspace).state_url)
    for pair in ((a, b), (b, c)):
        record_judgement(state, pair, "same", user="anna", at=datetime(2026, 11, 1), reason="test")
    state.dispose()
    page.goto(f"{address}/review?pair={a}~{c}")
    answer(page, "Different people", "namesakes")
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text(f"judged to be the same: {a} = {b} = {c}.")
    assert len(judged(workspace)) == 2


def judged(workspace: Path) -> list[dict]:
    state = open_state(open_workspace(workspace).state_url)
    try:
        return judgements(state).to_pylist()
    finally:
        state.dispose()


def segment_nobody_may_call(workspace: Path) -> str:
    """A segment for marketing none of whose members may be called in Germany: who might be objects at the desk."""
    opened = open_workspace(workspace)
    segments, state = read_segments(opened.root), open_state(opened.state_url)
    name = "full_returners"
    with connect_snapshot(current_snapshot(opened.published_dir)) as con:
        preview(con, segments[name], "phone", opened.now(), segments=segments, countries=("DE",))
        for (customer_id,) in con.execute(f"select customer_id from {AUDIENCE}").fetchall():
            enter_objection(con, state, Entry(customer_id, "test", opened.now()))
    return name
