"""`bench day`: a day of a whole company, clicked in minutes. Whether anything grows, fails, or is not as it was written.

The hours are told by how much is done in them, and each begins with the jobs of its time: at night nobody clicks, and what
runs at night runs.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from random import Random
from statistics import fmean
from time import sleep

from django_tasks_db.models import DBTaskResult

from config.bench.callers import CLIENTS, Browser, at_once, dealt
from config.bench.memory import held_by
from config.bench.rows import Row, p95
from config.bench.scene import Person, Scene, newcomers, session
from config.bench.serving import program
from people.workplace import Workplace
from trail import history, jobs

PEOPLE, CLICKS = 500, 20  # and how much each of them does in a day; an act is one to five requests
GROWTH = 1.05  # times what it held in the middle of the morning
# How much of a day's work is done in each hour, in hundredths: people come at nine, eat at noon and go at six.
HOURS = dict(enumerate((0, 0, 0, 0, 0, 0, 0, 1, 4, 10, 12, 11, 5, 7, 11, 12, 10, 8, 4, 3, 1, 1, 0, 0)))
WARM, LATE = range(9, 12), range(17, 20)  # the hours that are compared
HTMX = {"HX-Request": "true"}
CUSTOMER, CASE = re.compile(rb'"(/customers/[0-9a-f-]{36})"'), re.compile(rb'"(/cases/ZD-[\d-]+)"')
LEAVING = re.compile(rb'"(/visits/DF-[\d-]+/leave)"')
ANSWERS = {"invited_by": "none", "asked_for": "none", "first_time": "first"}  # of a visitor
PATIENCE = 240  # rounds of half a second for what still waits at the end of an hour


class Clicker(Browser):
    """Somebody at work: takes whatever comes back, and counts it."""

    def __init__(self, port: int, key: str) -> None:
        super().__init__(port, key)
        self.told: Counter[int] = Counter()

    def answered(self, asked: str, status: int, expected: int, content: bytes) -> None:
        """Every answer is one of the day."""
        self.told[status] += 1


Act = tuple[Callable[[Clicker], None], Clicker]


@dataclass
class Day:
    """What people do that day, and who has not been reported yet."""

    people: Iterator[Person]
    random: Random

    def of_seller(self, who: Clicker) -> None:
        """Mostly the notebook; now and then somebody is looked up, reported, or called."""
        act = self.random.choices((_notebook, _pages, self._report, self._call), (4, 4, 2, 2))[0]
        act(who)

    def of_desk(self, who: Clicker) -> None:
        """Somebody comes in, or goes."""
        floor = who.get("/desk")
        if self.random.random() < 0.5 and (leaving := LEAVING.findall(floor)):
            who.post(leaving[0].decode(), {"gift": ""})
            return
        person = next(self.people)
        who.post("/desk/search", {"q": person.name[:1]}, headers=HTMX)
        who.post("/desk/check-in", {"name": person.name, "phone": person.number} | ANSWERS)

    def of_manager(self, who: Clicker) -> None:
        """The queue, a case, the figures."""
        if cases := CASE.findall(who.get("/cases")):
            who.get(self.random.choice(cases).decode())
        who.get(self.random.choice(("/cases/insight", "/books", "/work", "/inbox", "/prechecks")))

    def _report(self, who: Clicker) -> None:
        person = next(self.people)
        text = {"text": f"{person.name} {person.number}"}
        who.post("/register/check", text, headers=HTMX)
        who.post("/register", text)

    def _call(self, who: Clicker) -> None:
        if customers := CUSTOMER.findall(who.get("/me")):
            page = self.random.choice(customers).decode()
            who.get(page)
            who.post(f"{page}/contact", {"mode": "call", "note": "回访", "connected": "yes"})


def _notebook(who: Clicker) -> None:
    who.get("/me")
    who.get("/me?book=visit")


def _pages(who: Clicker) -> None:
    for path in ("/inbox", "/me/tasks", "/pool"):
        who.get(path)


def workday(scene: Scene, clicks: int, hours: Mapping[int, int] = HOURS) -> Iterator[Row]:
    """Answers, memory by the hour, and the history afterwards. `hours`: the share of the clicks in each that is worked through."""
    day = Day(iter(newcomers(len(scene.sellers) * clicks)), Random())  # noqa: S311
    held: dict[int, dict[str, float]] = {}
    with program(scene.say) as (port, first), ExitStack() as open_:
        acts = list(_acts(scene, day, port, open_))
        for hour, share in hours.items():
            _begin(hour)
            at_once([partial(_work, hand, len(hand) * clicks * share // 100) for hand in dealt(acts, CLIENTS)])
            _settle()
            held[hour] = held_by(first)
            scene.say(
                f"{hour:02}:00 · {sum(len(who.seconds) for _act, who in acts):,} answers · {held[hour]['web']:.0f} MB web"
            )
    yield from _rows([who for _act, who in acts], held)
    yield _true()


def _acts(scene: Scene, day: Day, port: int, open_: ExitStack) -> Iterator[Act]:
    def clicker(here: Workplace) -> Clicker:
        return Clicker(port, open_.enter_context(session(here)))

    yield from ((day.of_seller, clicker(here)) for here in scene.sellers)
    for _i in range(len(scene.sellers) // 20):  # a desk serves twenty; a manager leads twenty
        yield day.of_desk, clicker(scene.desk)
        yield day.of_manager, clicker(scene.manager)


def _work(hand: Sequence[Act], times: int) -> None:
    """Some of these people at work, one after the other: nobody clicks twice at once."""
    for act, who in Random().choices(hand, k=times):  # noqa: S311
        act(who)


def _begin(hour: int) -> None:
    """The jobs of this hour: those of a set time at theirs, the others every hour."""
    for rule in jobs.SCHEDULE.values():
        if rule.every is not None or rule.daily.hour == hour:
            rule.job.enqueue()


def _settle() -> None:
    """Until the worker has done what it was given. Raises RuntimeError where it does not."""
    for _i in range(PATIENCE):
        if not DBTaskResult.objects.filter(status__in=jobs.UNFINISHED).exists():
            return
        sleep(0.5)
    raise RuntimeError("the worker does not come to an end")


def _rows(clickers: list[Clicker], held: dict[int, dict[str, float]]) -> Iterator[Row]:
    seconds = [second for who in clickers for second in who.seconds]
    told = sum((who.told for who in clickers), Counter[int]())
    answers = told.total()
    broken = sum(count for status, count in told.items() if status >= 500)
    refused = sum(count for status, count in told.items() if 400 <= status < 500)
    worst = p95(seconds) * 1000
    yield Row("day: answers", "", answers, "", answers / sum(seconds), None)
    yield Row("day: answers that say the program failed", "= 0", broken, "", broken / answers, broken == 0)
    yield Row("day: answers that refuse", "", refused, "", refused / answers, None)
    yield Row("day: pages and posts, by eight at once, p95", "", worst, "ms", 1.0, None)
    for part in ("web", "worker", "database"):
        early, late = (fmean(held[hour][part] for hour in hours if hour in held) for hours in (WARM, LATE))
        grown = late / early
        goal, kept = (f"≤ {GROWTH} ×", grown <= GROWTH) if part != "database" else ("", None)  # its cache fills up
        yield Row(f"day: memory of the {part}, in the evening", goal, late, "MB", grown, kept)


def _true() -> Row:
    mistakes = list(history.mistakes())
    return Row("day: rows that are not as they were written", "= 0", len(mistakes), "", 1.0, not mistakes)
