"""Fixtures: a database from a template, a site that serves over HTTP, a browser, and the cast of `tests/make.py`."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from people.api import throttles
from people.services.sessions import see_session
from tests import database, make
from tests.browser import fixtures as browser_fixtures
from trail import clock
from trail.worker import YOUNG, settle

pytest_plugins: list[str] = []

# Fixtures of the browser live in their own module; naming them here makes them known everywhere.
browser = browser_fixtures.browser
open_page = browser_fixtures.open_page


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--long", action="store_true", help="the long runs too: many race rounds, crash runs, fuzzing")
    parser.addoption("--dsn", help="another database server to hold the engine contract against (docs/scale.md)")


def pytest_configure() -> None:
    """Garbage is seldom looked for: modules are loaded for a minute, and all that they make stays."""
    gc.set_threshold(YOUNG)


def pytest_collection_finish() -> None:
    """What is loaded by now is never looked through again, as in a worker."""
    settle()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests commit, or open a browser, take longest, and those with a test marked as slow: they come first, so that no
    process waits for another at the end.
    """
    weight: Counter[Any] = Counter()
    for item in items:
        weight[item.path] += 10 if item.get_closest_marker("slow") else "committed" in getattr(item, "fixturenames", ())
    items.sort(key=lambda item: -weight[item.path])


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the long runs were asked for."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: clone the template; the application's role connects."""
    with django_db_blocker.unblock():
        database.fresh()
        yield
        database.drop()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database in which commits are real: for races, triggers and the browser. A fresh one afterwards."""
    with django_db_blocker.unblock():
        yield
        database.fresh()


@pytest.fixture
def store(db: None) -> make.Store:
    """The home-decoration store with its cast, in a transaction that is rolled back."""
    return make.store()


@pytest.fixture
def estate(db: None) -> make.Estate:
    """The property project with two agencies and no policy."""
    return make.estate()


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """A client logged in as somebody of the cast: `signed_in(store.li)`."""

    def sign_in(here: Any) -> Client:
        client = Client()
        client.force_login(here.user)
        session = client.session
        session["project"] = here.project.pk
        session.save()
        see_session(session.session_key, clock.now())  # as somebody who has clicked already
        return client

    return sign_in


@pytest.fixture
def at_noon() -> Iterator[datetime]:
    """The clock stands at a known noon (2025-04-28 14:05 local), for pages that read it."""
    with clock.standing_at(make.MOMENT):
        yield make.MOMENT


@pytest.fixture
def no_limits(monkeypatch: Any) -> None:
    """So many requests of one program in one minute are the test's own."""
    monkeypatch.setattr(throttles, "LIMITS", dict.fromkeys(throttles.LIMITS, 1_000_000))


@pytest.fixture
def do_jobs(monkeypatch: Any) -> Callable[[], None]:
    """`do_jobs()`: a worker does all that is due, inside the test's transaction; the steady work of each round too."""
    from config.schedule import OUTWARD, STEADY
    from trail.steady import Steady
    from trail.worker import Worker

    for place in ("trail.worker", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{place}.close_old_connections", lambda: None)  # it would close the transaction's own
    works = (
        *STEADY,
        *(work for work, _due, _lanes in OUTWARD),
    )  # a lane's own connection would not see what the test wrote
    return lambda: Worker(steady=map(Steady, works)).run_once()


@pytest.fixture
def site(committed: None) -> Iterator[Any]:
    """The program, serving over HTTP in threads, on the committed database."""
    from tests.browser.server import serve

    with serve() as address:
        yield address


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Django leaves the language of the last request active in its thread, which is the test's own: none reads the next one's."""
    before = translation.get_language()
    yield
    translation.activate(before) if before else translation.deactivate_all()
