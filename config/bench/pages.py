"""`bench desk`: the front desk's page, a notebook, the queue of cases and a visit that is posted. One client, over HTTP."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

from arbitration.models import Collision
from config.bench.callers import Browser
from config.bench.looking import beside
from config.bench.rows import Row, span
from config.bench.scene import Scene, known, newcomers, session
from leads.services import LeadInput, register_lead
from people.workplace import Workplace
from trail import clock
from visits.models import Visit
from visits.services import leave

PAGES, POSTS, SIZE = 300, 400, 50  # ms, ms, KB
WARM = 8  # requests: as many as there are threads
CASES = 50  # in the queue
LINKED = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"')
ANSWERS = {"invited_by": "none", "asked_for": "none", "first_time": "first"}


def desk(scene: Scene, requests: int) -> Iterator[Row]:
    """Each page by who works with it, and last what adds to them."""
    _cases(scene)
    looked_at: dict[str, tuple[str, Workplace]] = {
        "desk": ("/desk", scene.desk), "notebook": ("/me", scene.sellers[0]), "queue of cases": ("/cases", scene.manager),
    }  # fmt: skip
    with session(scene.desk) as key:
        usual, row = beside(Browser(scene.port, key), requests, "pages")
    yield row
    for name, (path, here) in looked_at.items():
        scene.say(f"page: {name}")
        with session(here) as key:
            yield from _page(name, Browser(scene.port, key), path, requests, usual)
    yield _visits(scene, requests, usual)


def _page(name: str, browser: Browser, path: str, requests: int, usual: float) -> Iterator[Row]:
    for _i in range(WARM + requests):
        content = browser.get(path)
    yield span(f"page: {name}", PAGES, browser.seconds[WARM:], usual)
    page, linked = len(gzip.compress(content)), _linked(browser, content)
    whole = (page + linked) / 1024
    yield Row(
        f"page: {name}, gzipped, with styles and scripts",
        f"≤ {SIZE} KB",
        whole,
        "KB",
        page / (page + linked),
        whole <= SIZE,
    )


def _linked(browser: Browser, page: bytes) -> int:
    """Bytes of what a browser loads with the page, the first time."""
    paths = {path.decode() for path in LINKED.findall(page)}
    return sum(len(browser.get(path, headers={"Accept-Encoding": "gzip"})) for path in paths)


def _visits(scene: Scene, requests: int, usual: float) -> Row:
    """New visitors who ask for nobody, one after another; afterwards they go, so that the floor is empty again."""
    scene.say("visits that are posted")
    last = Visit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with session(scene.desk) as key:
        browser = Browser(scene.port, key)
        for person in newcomers(WARM + requests):
            given = {"name": person.name, "phone": person.number} | ANSWERS
            browser.post("/desk/check-in", given, 302)
    for visit in Visit.objects.filter(pk__gt=last, left_at=None):
        leave(here=scene.desk, visit=visit, gift=None, at=clock.now())
    return span("a visit that is posted", POSTS, browser.seconds[WARM:], usual)


def _cases(scene: Scene) -> None:
    """Customers whom one person follows and another reports, until the queue is long."""
    missing = CASES - Collision.objects.filter(project=scene.project).count()
    for phone in known(max(missing, 0)):
        lead = LeadInput(phone.national, phone.customer.name, phone.customer.honorific)
        other = next(here for here in scene.sellers if not _follows(here, phone))
        register_lead(here=other, lead=lead, at=clock.now())


def _follows(here: Workplace, phone: Any) -> bool:
    return bool(phone.customer.ownerships.filter(user=here.user).exists())
