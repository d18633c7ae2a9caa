"""A small demo workspace, the pages served on it, and a browser to look at them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages_served import environment, serving
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo of 300 people."""
    folder = tmp_path_factory.mktemp("pages") / "demo"
    program = Path(sys.executable).parent / "rundblick"
    command = [str(program), "demo", str(folder), "--people", "300", "--seed", "4", "--json"]
    subprocess.run(command, check=True, capture_output=True, env=environment(), timeout=300)
    return folder


@pytest.fixture(scope="module")
def address(workspace: Path) -> Iterator[str]:
    with serving(workspace) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def strangers() -> list[str]:
    """Addresses outside this machine that a page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, strangers: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)

    def note(request: Request) -> None:
        if request.url.startswith("http") and "//127.0.0.1:" not in request.url:
            strangers.append(request.url)

    context.on("request", note)
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield opened
    context.close()
