"""The rotation against a simple model of it: whatever happens in whatever order, no turn is lost, doubled or given to the wrong one."""

from collections import Counter
from datetime import timedelta
from itertools import count

from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import make
from visits import services
from visits.models import Place, Reception, TurnChange
from visits.routing import in_order
from visits.services import Arrival

Kind = TurnChange.Kind
PEOPLE = ("wang", "zhao", "sun", "li")
who = st.sampled_from(PEOPLE)


class Member:
    """Somebody in the rotation, as a person with pencil and paper would keep it."""

    def __init__(self):
        self.away, self.owed, self.skips = False, [], 0


class Rotation(RuleBasedStateMachine):
    """The model: a list of names, front first. Visitors leave at once, but for one who may be waiting for an answer."""

    @initialize()
    def open_the_store(self):
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.store = make.store()
        self.now, self.numbers = make.MOMENT, count(10_000_000)
        self.line, self.members = list(PEOPLE), {name: Member() for name in PEOPLE}
        self.suspended = {}  # name → (since, until)
        self.waiting, self.called = None, []  # the visit that waits for an answer, and who was called to it
        self.missed = Counter()
        self.turns, self.steady = Counter(), set(PEOPLE)  # since the start; and who was free for every one of them

    def teardown(self):
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    # what the model thinks

    def stopped(self, name):
        since, until = self.suspended.get(name, (self.now, self.now))
        return since <= self.now < until

    def free(self, *, but=()):
        """Whom the rotation may call, make-up turns by their grant and then by the line."""
        ready = [n for n in self.line if not self.members[n].away and not self.stopped(n) and n not in but]
        first = sorted((n for n in ready if self.members[n].owed), key=lambda n: self.members[n].owed[0])
        return first, [n for n in ready if not self.members[n].owed]

    def deal(self, *, but=()):
        """Who is next, and their turn is used up. None: nobody."""
        first, normal = self.free(but=but)
        if first:
            self.members[first[0]].owed.pop(0)
            return first[0]
        while normal:
            name = normal.pop(0)
            self.line.remove(name)
            self.line.append(name)
            self.turns[name] += 1
            if not self.members[name].skips:
                self.steady &= {name, *normal, *(n for n in self.line if n in self.free(but=but)[1])}
                return name
            self.members[name].skips -= 1
            normal.append(name)
        return None

    def place(self, name):
        return Place.objects.get(site=self.store.site, user=getattr(self.store, name).user)

    def tick(self, **span):
        self.now += timedelta(**(span or {"seconds": 1}))

    # what happens

    @precondition(lambda self: self.waiting is None)
    @rule(answered=st.booleans())
    def somebody_arrives(self, answered):
        self.tick()
        number = f"138{next(self.numbers)}"
        arrival = Arrival(name="客户", number=number)
        expected = self.deal()
        visit = services.check_in(here=self.store.desk, site=self.store.site, arrival=arrival, at=self.now)
        got = visit.receptions.first()
        assert (got.by.username if got else None) == expected
        if got and not answered:
            self.waiting, self.called = visit, [expected]
            return
        if got:
            services.answer(here=getattr(self.store, expected), visit=visit, at=self.now)
        services.leave(here=self.store.desk, visit=visit, gift=None, at=self.now)

    @precondition(lambda self: self.waiting is not None)
    @rule()
    def a_minute_goes_by(self):
        self.tick(seconds=60)
        expected = self.deal(but=self.called)
        assert services.pass_on_due(at=self.now) == (expected is not None)
        now = self.waiting.receptions.get(until__isnull=True)
        assert now.by.username == (expected or self.called[-1])
        if expected:
            self.missed[self.called[-1]] += 1
            self.called.append(expected)

    @precondition(lambda self: self.waiting is not None)
    @rule()
    def they_come_at_last(self):
        now = self.waiting.receptions.get(until__isnull=True)
        services.answer(here=getattr(self.store, now.by.username), visit=self.waiting, at=self.now)
        services.leave(here=self.store.desk, visit=self.waiting, gift=None, at=self.now)
        self.waiting, self.called = None, []

    @rule(name=who)
    def somebody_goes_away_or_comes_back(self, name):
        if name in self.line:
            self.members[name].away = not self.members[name].away
            self.steady.discard(name)
            services.set_away(
                here=self.store.desk, place=self.place(name), away=self.members[name].away, at=self.now
            )  # fmt: skip

    @rule(name=who, kind=st.sampled_from([Kind.MAKE_UP, Kind.SKIP]), n=st.integers(1, 2))
    def a_ruling_gives_turns(self, name, kind, n):
        if name in self.line:
            self.tick()
            self.members[name].owed += [self.now] * n if kind == Kind.MAKE_UP else []
            self.members[name].skips += n if kind == Kind.SKIP else 0
            self.adjust(name, kind, n)

    @rule(name=who, days=st.integers(3, 5))
    def a_ruling_suspends(self, name, days):
        self.steady.discard(name)
        midnight = make.at(f"{self.now.astimezone(make.SHANGHAI):%Y-%m-%d} 00:00") + timedelta(days=1)
        since, until = self.suspended.get(name, (midnight, midnight))
        running = self.now < until
        self.suspended[name] = (since if running else midnight, (until if running else midnight) + timedelta(days=days))
        self.adjust(name, Kind.SUSPEND, days)

    def adjust(self, name, kind, n):
        user = getattr(self.store, name).user
        services.adjust_turns(project=self.store.project, user=user, kind=kind, count=n, source="CD-1", at=self.now)

    @precondition(lambda self: self.waiting is None)
    @rule(days=st.integers(1, 4))
    def days_go_by(self, days):
        self.tick(days=days)

    @rule(name=who)
    def somebody_leaves_the_rotation_or_joins(self, name):
        self.steady.discard(name)
        user = getattr(self.store, name).user
        if name in self.line:
            self.line.remove(name)
            services.remove_from_rotation(here=self.store.manager, place=self.place(name), at=self.now)
        else:
            self.line.append(name)
            self.members[name].away = False
            services.add_to_rotation(here=self.store.manager, site=self.store.site, user=user, at=self.now)

    @rule(name=who, up=st.booleans())
    def the_desk_moves_somebody(self, name, up):
        if name not in self.line:
            return
        i = self.line.index(name)
        j = i - 1 if up else i + 1
        if 0 <= j < len(self.line):
            self.line[i], self.line[j] = self.line[j], self.line[i]
            self.steady -= {self.line[i], self.line[j]}
        services.move_place(here=self.store.desk, place=self.place(name), up=up, at=self.now)

    # what always holds

    @invariant()
    def the_program_and_the_model_agree(self):
        if not hasattr(self, "store"):
            return
        places = list(Place.objects.filter(site=self.store.site).select_related("user").order_by("position"))
        assert [place.user.username for place in places] == self.line
        for place in places:
            kept = self.members[place.user.username]
            assert (place.owed, place.skips, place.away) == (len(kept.owed), kept.skips, kept.away)

    @invariant()
    def the_ledger_adds_up(self):
        """Granted less made up is owed; to be missed less passed over is due; a turn is dealt once a reception, and once only."""
        if not hasattr(self, "store"):
            return
        sums = Counter()
        for row in TurnChange.objects.exclude(kind=Kind.SUSPEND).select_related("user"):
            sums[row.user.username, row.kind] += row.count
        for name, kept in self.members.items():
            assert sums[name, Kind.MAKE_UP] - sums[name, Kind.MADE_UP] == len(kept.owed)
            assert sums[name, Kind.SKIP] - sums[name, Kind.PASSED] == kept.skips
            called = Reception.objects.filter(by__username=name).count()
            assert sums[name, Kind.TAKEN] + sums[name, Kind.MADE_UP] == called
            assert sums[name, Kind.MISSED] == self.missed[name]

    @invariant()
    def nobody_who_was_always_there_is_more_than_one_turn_ahead(self):
        """Turns that were missed by ruling count as had; make-up turns are apart."""
        had = [self.turns[name] for name in getattr(self, "steady", ())]
        assert not had or max(had) - min(had) <= 1

    @invariant()
    def make_up_turns_come_first_and_the_oldest_first(self):
        if not hasattr(self, "store"):
            return
        names = [place.user.username for place in in_order(self.store.site, self.now)]
        owed = sorted((n for n in self.line if self.members[n].owed), key=lambda n: self.members[n].owed[0])
        assert names == [*owed, *(n for n in self.line if not self.members[n].owed)]


def test_the_rotation_does_what_a_person_with_pencil_and_paper_would_do(db, long):
    run_state_machine_as_test(
        Rotation,
        settings=settings(max_examples=200 if long else 8, stateful_step_count=25, deadline=None, derandomize=not long),
    )
