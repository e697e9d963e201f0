"""`bench precheck` and `bench search`: is this customer somebody's, and whom may this mean? One client, over HTTP."""

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from config.bench.callers import Browser, Program
from config.bench.rows import Row, span
from config.bench.scene import Scene, known, newcomers, session, tokens
from leads.models import Phone

REQUESTS = 60  # of each kind
MOST = 50  # ms
WARM = 20  # requests before: what a process loads with its first ones is no part of the measure
HTMX = {"HX-Request": "true"}  # as while somebody types: the answer is a part of the page


def nothing(browser: Browser, requests: int) -> float:
    """The median of a page that finds nothing, in seconds: what each request takes, whatever it asks."""
    for _i in range(WARM + requests):
        browser.get("/nowhere", 404)
    return median(browser.seconds[WARM:])


def beside(browser: Browser, requests: int, subject: str) -> tuple[float, Row]:
    """The same, with its row."""
    usual = nothing(browser, requests)
    return usual, Row(f"{subject}: a page that finds nothing (404)", "", usual * 1000, "ms", 1.0, None, usual * 1000)


# ── pre-check ──


def precheck(scene: Scene, requests: int) -> Iterator[Row]:
    """Of customers whom somebody follows, of masked numbers, and of numbers that nobody has."""
    phones = known(2 * requests)
    asked = {
        "taken": [phone.national for phone in phones[:requests]],
        "139****3333": [phone.masked for phone in phones[requests:]],
        "free": [person.number for person in newcomers(requests)],
    }
    with tokens(scene.sellers) as secrets, session(scene.desk) as key:
        usual, row = beside(Browser(scene.port, key), requests, "pre-check")
        yield row
        _warmed(scene.port, secrets)
        program = Program(scene.port, secrets)
        for kind, numbers in asked.items():
            scene.say(f"pre-check: {kind}")
            program.seconds.clear()
            for number in numbers:
                _answered(program.post("precheck", {"number": number}, 200))
            yield span(f"pre-check: {kind}", MOST, program.seconds, usual)


def _warmed(port: int, secrets: list[str]) -> None:
    """As many questions as there are threads; of a number that is asked for again, which is counted once a person."""
    program = Program(port, secrets)
    for _i in range(WARM):
        program.post("precheck", {"number": "13900000000"}, 200)


def _answered(told: Any) -> None:
    """Raises RuntimeError where a limit answered, which takes no time at all."""
    if told["spent"]:
        raise RuntimeError("the day's pre-checks of these people are used up: take another database")


# ── search at the desk ──

TYPED: dict[str, Callable[[Phone], str]] = {
    "whole number": lambda phone: phone.national,
    "139****3333": lambda phone: phone.masked,
    "last four": lambda phone: phone.national[-4:],
    "name": lambda phone: phone.customer.name,
    "name by prefix": lambda phone: phone.customer.name[:2],
    "surname": lambda phone: phone.customer.name[:1],
    "pinyin": lambda phone: phone.customer.pinyin,
    "initials": lambda phone: phone.customer.initials,
}


def search(scene: Scene, requests: int) -> Iterator[Row]:
    """Each way in which a front desk types whom it looks for."""
    with session(scene.desk) as key:
        usual, row = beside(Browser(scene.port, key), requests, "search")
        yield row
        browser = Browser(scene.port, key)
        for kind, said in TYPED.items():
            scene.say(f"search: {kind}")
            browser.seconds.clear()
            for phone in known(requests):
                _found(browser.post("/desk/search", {"q": said(phone)}, headers=HTMX), kind)
            yield span(f"search: {kind}", MOST, browser.seconds, usual)


def _found(page: bytes, kind: str) -> None:
    """Raises RuntimeError where nobody was found: a search that finds nothing takes less."""
    if b'name="choose"' not in page:
        raise RuntimeError(f"search by {kind}: nobody was found")
