"""A real Chromium. Every page that a test opens is checked for console errors; `axe` finds what shuts people out."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium() -> str | None:
    """The browser of the system; None for the one that playwright installed."""
    named = os.environ.get("CHROMIUM")
    known = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return named or next((path for name in known if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for the whole run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a window: `open_page(viewport=PHONE, locale="en", script=False)`. Fails the test on a console error."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_(*, viewport: dict[str, int] = DESKTOP, locale: str = "zh-CN", script: bool = True) -> Any:
        context = browser.new_context(
            viewport=viewport, locale=locale, timezone_id="Asia/Shanghai", java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(f"{page.url}: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: troubles.append(f"{page.url}: {e}"))
        return page

    yield open_
    for context in contexts:
        context.close()
    expected = (
        "status of 401",  # a part of a page whose login has ended
        "status of 422",
        "status of 409",
        "status of 403",
        "status of 404",
        "status of 410",
        "htmx:sendAbort",  # a newer request took its place, or the page was left
        "htmx:afterRequest",  # the same once more; a request that failed also says htmx:sendError
    )  # refusals are answers, not faults
    assert [t for t in troubles if not any(e in t for e in expected)] == []


# Everything that axe judges by: elements with their classes, ids and states, and whether they say anything; not what they
# say. A page is looked at in each language: texts of another length lie elsewhere.
SHAPE = """() => innerWidth + [...document.querySelectorAll("*")].map(e => e.tagName
  + [...e.attributes].map(a => a.name + (TELLING.test(a.name) ? "=" + a.value : a.value.trim() && "+")).join(" ")
  + (!e.childElementCount && e.textContent.trim() ? "T" : "")).join("|")
""".replace("TELLING", "/^(aria-(?!label$|description$).*|role|type|lang|id|for|class|tabindex|open|hidden)$/")
# Only the faults leave the browser: all that axe has to say about a page takes longer to carry over than to find.
FAULTS = """async tags => (await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}))
  .violations.flatMap(v => v.nodes.map(node => `${v.id}: ${node.target}`))"""
CLEAN: set[str] = set()  # shapes in which nothing was found: the same page again is not looked at again


def axe(page: Any) -> list[str]:
    """What axe-core finds wrong with the page as it stands; empty when nothing is."""
    import axe_playwright_python

    shape = page.evaluate(SHAPE)
    if shape in CLEAN:
        return []
    script = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text("utf-8")
    page.evaluate(script)
    found: list[str] = page.evaluate(FAULTS, RULES)
    if not found:
        CLEAN.add(shape)
    return found


def too_wide(page: Any) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
