"""A further day of what people say: newsletter, calls, forms, the loyalty desk and prize draws."""

import io
import json
import zipfile

import polars as pl

from connectors.demo.days.day import Day
from connectors.demo.silos import calls as call_silo
from connectors.demo.silos import draws as draw_silo
from connectors.demo.silos import forms as form_silo
from connectors.demo.sink import csv_bytes, zip_bytes

AUDIENCE = "audience_export.zip"
LISTED, LEFT = "subscribed_members_export_nordlicht.csv", "unsubscribed_members_export_nordlicht.csv"


def newsletter(day: Day) -> None:
    """Write the audience's ZIP anew: some have left, one of the planted regulars among them."""
    with zipfile.ZipFile(day.folder / "inbox" / "newsletter" / AUDIENCE) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    listed, left = (pl.read_csv(io.BytesIO(files[name]), infer_schema=False) for name in (LISTED, LEFT))
    known = day.planted("regular")["email"]
    mail = listed.with_row_index()
    plain = mail.filter(pl.col("CONFIRM_TIME").is_null())["index"].to_numpy()
    rows = plain[day.sample("withdrawals", len(plain), 0.003, 2)]
    goes = mail["index"].is_in(rows) | mail["Email Address"].is_in(known.implode())
    at = f"{day.date:%Y-%m-%d} 17:41:00"
    gone = listed.filter(goes).with_columns(
        LAST_CHANGED=pl.lit(at),
        UNSUB_TIME=pl.lit(at),
        UNSUB_CAMPAIGN_TITLE=pl.lit("Nordlicht-Brief 2026-11-10"),
    )
    files[LISTED] = csv_bytes(listed.filter(~goes))
    files[LEFT] = csv_bytes(pl.concat([left, gone.select(left.columns)]))
    path = day.part / "inbox" / "newsletter" / AUDIENCE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zip_bytes(files))


def calls(day: Day) -> None:
    """Write calls of people known to the loyalty programme who object to advertising: a new caller record
    each."""
    members = day.read("loyalty", "members.csv", ";").filter(pl.col("telefon").is_not_null())
    mine = members.join(
        day.keys("loyalty", "member"),
        left_on="member_id",
        right_on="record_key",
        how="inner",
        maintain_order="left",
    )
    who = mine[day.sample("objections", len(mine), 0.001, 2)]
    key = pl.Series([f"A-{day.date:%Y%m%d}-{n}" for n in range(len(who))])
    nothing = pl.lit(None, dtype=pl.String)
    frame = who.select(
        caller_id=key,
        call_id=pl.Series([f"C-{day.date:%Y%m%d}-{n}" for n in range(len(who))]),
        at=day.times("objections at", len(who)),
        direction=pl.lit("inbound"),
        agent=pl.lit("AG1"),
        phone="telefon",
        given="vorname",
        family="nachname",
        country="land",
        topic=pl.lit("advice"),
        asked=nothing,
        outcome=pl.lit("objection"),
        answered_at=pl.lit(None, dtype=pl.Datetime("us")),
        kind=nothing,
        recording=nothing,
    )
    call_silo.call_rows(frame).write_csv(day.sink.path("calls", "calls", "csv"), separator=";")
    day.sink.truth("calls", "caller", key, who.with_columns(hard_case=nothing))


def forms(day: Day) -> None:
    """Write new posts, the answer to a planted enquiry, and a post that links two records of one person."""
    posts = form_silo.submissions(day.world, on=day.index)
    lines = pl.concat([form_silo.submission_lines(posts)]).sort("at", "line")["line"]
    first = f"sub-{day.date:%Y%m%d}"
    extra = []
    asked = day.keys("forms", "submission").join(day.planted("unanswered_enquirer"), on="person_id", how="inner")
    extra += [
        {
            "type": "answer",
            "submission_id": key,
            "answered_at": f"{day.date}T09:30:00Z",
            "answer_kind": "individual",
        }
        for key in asked["record_key"][:1]
    ]
    link = _linking(day)
    extra += [_post(first, day, row) for row in link.iter_rows(named=True)]
    day.sink.lines(
        "forms",
        "submissions",
        pl.concat([lines, pl.Series([json.dumps(each, ensure_ascii=False) for each in extra], dtype=pl.String)]),
    )
    day.sink.truth("forms", "submission", posts["submission_id"], posts)
    if len(link):
        day.sink.truth(
            "forms",
            "submission",
            pl.Series([first] * len(link)),
            link.with_columns(hard_case=pl.lit("links_two")),
        )


def _post(key: str, day: Day, row: dict[str, str]) -> dict[str, object]:
    fields = {
        "email": row["second"],
        "first_name": row["given"],
        "last_name": row["family"],
        "phone": row["phone"],
        "street": row["street"],
        "zip": row["postal_code"],
        "city": row["city"],
        "country": row["country"],
        "birthday": None,
        "message_topic": "Möbel",
        "asked_for": "information",
    }
    no = {
        "newsletter": {"text_version": "nl-2025-2", "given": False},
        "phone": {"text_version": "tel-2025-1", "given": False},
    }
    return {
        "type": "submission",
        "submission_id": key,
        "form": "contact",
        "submitted_at": f"{day.date}T10:12:00Z",
        "page": "https://nordlicht-wohnen.example/contact",
        "ip": "192.0.2.90",
        "fields": fields,
        "consents": no,
    }


def _linking(day: Day) -> pl.DataFrame:
    """Return whose two records a new one links: Anna on the first day, later people whom the shop and a
    prize draw know
    under two addresses."""
    shop = (
        day.read("shop", "customers.csv")
        .select(
            record_key="Customer ID",
            first="Email",
            given="First Name",
            family="Last Name",
            phone=pl.col("Phone").str.strip_prefix("'"),
            street="Default Address Address1",
            postal_code=pl.col("Default Address Zip").str.strip_prefix("'"),
            city="Default Address City",
            country="Default Address Country Code",
        )
        .drop_nulls(["first", "street", "given"])
    )
    drawn = day.read("draws", "entries.csv", ";").filter(pl.col("street").is_null() & pl.col("phone").is_null())
    drawn = drawn.select(record_key="entry_id", second="email")
    a = shop.join(day.keys("shop", "customer"), on="record_key", how="inner", maintain_order="left")
    b = drawn.join(day.keys("draws", "entry").drop("household_id"), on="record_key", how="inner", maintain_order="left")
    both = a.join(b, on="person_id", how="inner", maintain_order="left_right").filter(
        pl.col("first") != pl.col("second")
    )
    return both.unique("person_id", keep="first", maintain_order=True)[day.number - 1 : day.number]


def loyalty(day: Day) -> None:
    """Write the members' new snapshot, in which the desk has corrected what made two people look like one."""
    members = day.read("loyalty", "members.csv", ";")
    who = _corrected(day, members)
    rows = members.with_row_index().filter(pl.col("member_id").is_in(who["member_id"].implode()))["index"].to_numpy()
    new = {
        "vorname": who["given"],
        "nachname": who["family"],
        "email": who["email_2"],
        "telefon": who["phone_2"],
        "geburtsdatum": who["born"],
        "geaendert_am": pl.Series([f"{day.date:%d.%m.%Y}"] * len(who), dtype=pl.String),
    }
    changed = members.with_columns(
        members[name].clone().scatter(rows, value).alias(name) for name, value in new.items()
    )
    day.replace("loyalty", "members.csv", changed, ";")


def _corrected(day: Day, members: pl.DataFrame) -> pl.DataFrame:
    """Return today's correction: Jette on the first day, later members who were noted under a spouse's
    address."""
    if day.number == 1:
        return pl.DataFrame(
            {
                "member_id": ["M000004"],
                "given": ["Jette"],
                "family": ["Ahlers"],
                "email_2": ["jette.ahlers@gmx.de.example"],
                "phone_2": ["0151 55504567"],
                "born": ["23.08.1991"],
            }
        )
    shop = day.read("shop", "customers.csv").select(email="Email", record_key="Customer ID").drop_nulls()
    shop = shop.join(day.keys("shop", "customer"), on="record_key", how="inner", maintain_order="left").select(
        "email", shop_person="person_id"
    )
    mine = members.join(
        day.keys("loyalty", "member"),
        left_on="member_id",
        right_on="record_key",
        how="inner",
        maintain_order="left",
    )
    pairs = mine.join(shop, on="email", how="inner", maintain_order="left_right").filter(
        pl.col("person_id") != pl.col("shop_person")
    )
    pairs = pairs.join(day.known, on="person_id", how="inner", maintain_order="left", suffix="_true")
    born = pl.col("birth").dt.strftime("%d.%m.%Y").alias("born")
    return pairs.select("member_id", "given", "family", "email_2", "phone_2", born)[day.number - 2 : day.number - 1]


def draws(day: Day) -> None:
    """Write the day's entries of new people."""
    frame = draw_silo.entries(day.world, on=day.index)
    draw_silo.rows(frame).write_csv(day.sink.path("draws", "entries", "csv"), separator=";")
    day.sink.truth("draws", "entry", frame["entry_id"], frame)
