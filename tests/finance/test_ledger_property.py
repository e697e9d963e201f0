"""Whatever happens to a deal: nothing is lost or made, every share lies within a fen of exact, everything taken back names what it takes
back. Once as arithmetic, twenty thousand histories; once on the database, with months that close on the way.
"""

import random
from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arbitration.models import Collision, Ruling
from arbitration.shares import Key, Kind, key_of
from finance import dividing
from finance.models import Account, Entry, Period, Posting
from finance.services import book_ruling, settle_deal
from leads.models import Deal
from leads.money import exact
from leads.services import Change, change_deal
from people.models import Team
from tests import agencies, ledger, make
from trail.refusals import Refusal

PAYABLE, ACCRUED = Account.Kind.PAYABLE, Account.Kind.ACCRUED
KEYS = [
    *(Key(Kind.PERSON, n) for n in (1, 2, 3)),
    *(Key(Kind.ORGANISATION, n) for n in (1, 2, 3)),
    Key(Kind.TEAM_FUND, 1),
]
HISTORIES = 20  # of each seed


@settings(max_examples=1_000, deadline=None)
@given(st.integers(0, 2**32))
def test_twenty_thousand_histories_of_a_sum_lose_and_make_nothing(seed):
    dice = random.Random(seed)
    for _history in range(HISTORIES):
        play_out(dice)


def play_out(dice):
    """A sum is divided and changes twice; in between Party A settles some. Each time what is missing is booked, and all is checked."""
    paid, stands = shares(dice), Counter()
    for total in [dice.randrange(10 ** dice.randrange(1, 12)) for _change in range(3)]:
        due = dividing.due(total, paid, ledger.COMMISSION, dividing.settled_of(stands))
        stands.update(dividing.missing(due, stands))
        within_a_fen(stands, total, paid)
        if waits := dividing.waiting(stands):
            part, before = dice.choice([waits, dice.randrange(waits) + 1]), sum(dividing.settled_of(stands).values())
            for key, fen in dividing.settle(stands, part).items():
                stands[ACCRUED, key] -= fen
                stands[PAYABLE, key] += fen
            within_a_fen(stands, total, paid)
            settled_in_proportion(stands, before + part)


def shares(dice):
    """Some holders with parts of the whole, in any order; sometimes equal ones."""
    keys = dice.sample(KEYS, dice.randint(1, 5))
    return list(zip(keys, parts_of(dice, len(keys)), strict=True))


def parts_of(dice, many):
    cuts = sorted(dice.randint(0, 10_000) for _cut in range(many - 1))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    if dice.random() < 0.3:
        whole, more = divmod(10_000, many)
        parts = [whole + (n < more) for n in range(many)]
    return parts


def within_a_fen(stands, total, paid):
    assert sum(stands.values()) == total
    assert min(stands.values(), default=0) >= 0
    has = by_key(stands)
    parts = exact([bp for _key, bp in paid])
    assert all(abs(has[key] - part * total) < 1 for (key, _bp), part in zip(paid, parts, strict=True))


def settled_in_proportion(stands, received):
    """What each agency has been settled is its part of all that was received, to the fen."""
    agencies = {key: fen for key, fen in by_key(stands).items() if key.kind == Kind.ORGANISATION}
    got, whole = dividing.settled_of(stands), sum(agencies.values())
    assert sum(got.values()) == received
    assert all(abs(got.get(key, 0) - Fraction(fen * received, whole)) < 1 for key, fen in agencies.items())


def by_key(stands):
    has = Counter()
    for (_kind, key), fen in stands.items():
        has[key] += fen
    return has


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["price", "refund", "cancel", "settle", "settle", "rule", "rule", "close"]), st.integers(0, 9_999)
    ),
    min_size=4, max_size=14,
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [25, 400])
def test_whatever_happens_to_a_deal_the_ledger_adds_up(estate, long, examples):
    """A few hundred steps; with `--long` ten times as many."""
    if examples > 25 and not long:
        pytest.skip("--long")
    deal = agencies.closed(estate)  # a case holds it
    sharers = [estate.anju.organisation, estate.hengxin.organisation, estate.xu.user, estate.manager.user, fund()]

    @settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=STEPS)
    def play(steps):
        with transaction.atomic():
            story = Story(estate, deal, sharers)
            for act, number in steps:
                getattr(story, act)(number)
                story.check()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)

    play()


def fund():
    return Team.objects.create(name="案场一组", organisation=make.house())


class Story:
    """What happens to one deal, and what must hold after each step."""

    def __init__(self, estate, deal, sharers):
        self.estate, self.sharers = estate, sharers
        self.deal, self.case = Deal.objects.get(pk=deal.pk), Collision.objects.get()
        self.at, self.ruling, self.closed = make.at("2025-03-20 10:00"), None, {}

    def now(self):
        self.at += timedelta(days=7)
        return self.at

    def price(self, number):
        self.change(Change("price", 1 + self.deal.amount_fen * number // 5_000))

    def refund(self, number):
        self.change(Change("refund", 1 + self.deal.amount_fen * number // 9_000))

    def cancel(self, number):
        if number % 4 == 0:
            self.change(Change("cancel"))

    def change(self, change):
        try:
            change_deal(here=self.estate.manager, deal=self.deal, change=change, reason="客户改了房号", at=self.now())
        except Refusal as refusal:
            assert refusal.code in ("deal_cancelled", "refund_too_high", "price_same")  # noqa: PT017
        self.deal.refresh_from_db()

    def settle(self, number):
        try:
            settle_deal(
                here=self.estate.finance, deal=self.deal, amount_fen=1 + number * 700, slip=f"FP-{self.at:%m%d}-{number}",
                at=self.now(),
            )  # fmt: skip
        except Refusal as refusal:
            assert refusal.code in ("nothing_to_settle", "settled_too_much")  # noqa: PT017

    def rule(self, number):
        dice = random.Random(number)
        whom = dice.sample(self.sharers, dice.randint(1, 4))
        parts = parts_of(dice, len(whom))
        Ruling.objects.filter(superseded_by=None).update(superseded_by=f"CD-{self.at:%m%d}")
        keys = [key_of(who) for who in whom]
        self.ruling = Ruling.objects.create(
            no=f"CD-{self.at:%m%d}-{number}", collision=self.case, kind="otherwise", owner_kind="unchanged", reason="按合同",
            shares_kind=[key.kind for key in keys], shares_to=[key.pk for key in keys], shares_bp=parts,
            by=self.estate.manager.user, at=self.now(),
        )  # fmt: skip
        book_ruling(ruling=self.ruling, at=self.at)

    def close(self, _number):
        """The month that it is, for good."""
        month = f"{self.at:%Y%m}"
        Period.objects.update_or_create(project=self.estate.project, month=month, defaults={"closed_at": self.at})
        self.closed[month] = self.booked_in(month)

    def booked_in(self, month):
        return list(Posting.objects.filter(entry__period=month).order_by("pk").values_list("pk", "amount_fen"))

    def check(self):
        assert ledger.balanced()
        assert all(self.booked_in(month) == lines for month, lines in self.closed.items())
        linked()
        for book, whole in ((ledger.COMMISSION, self.deal.commission_fen), (ledger.CREDIT, self.deal.amount_fen)):
            self.check_book(book, whole)

    def check_book(self, book, whole):
        sums = ledger.sums(self.deal, book)
        if self.ruling is None:
            assert sums == {}
            return
        assert sum(sums.values()) == whole
        shares = self.ruling.shares()
        for (key, _bp), part in zip(shares, exact([bp for _key, bp in shares]), strict=True):
            has = next((fen for who, fen in sums.items() if key_of(who) == key), 0)
            assert abs(has - part * whole) < 1
        for kind in (PAYABLE, ACCRUED):
            assert min(standing(self.deal, book, kind), default=0) >= 0


def standing(deal, book, kind):
    rows = Posting.objects.filter(entry__deal=deal, entry__book=book, account__kind=kind).order_by()
    return [row["fen"] for row in rows.values("account").annotate(fen=Sum("amount_fen"))]


def linked():
    """A reversal is its entry with the opposite sign; a correction names the accrual that stood then."""
    for entry in Entry.objects.filter(kind="reversal").select_related("reverses"):
        assert lines_of(entry) == [(account, -fen) for account, fen in lines_of(entry.reverses)]
    for entry in Entry.objects.filter(kind="correction").select_related("corrects", "corrects__reversed_by"):
        accrual = entry.corrects
        assert (accrual.kind, accrual.deal_id, accrual.book) == ("accrual", entry.deal_id, entry.book)
        assert not hasattr(accrual, "reversed_by") or accrual.reversed_by.pk > entry.pk


def lines_of(entry):
    return list(entry.postings.order_by("pk").values_list("account", "amount_fen"))
