"""A month of the store: 李强 and 王芳 sign in April 2025, everybody looks at their statement in May, and 钱慧 closes it."""

from datetime import datetime

from django.db import transaction

from arbitration.models import Ruling
from arbitration.services import Decision, decide_case
from arbitration.shares import Key
from finance import services
from finance.models import Account, Entry, PeriodEvent
from finance.reads.holders import month_digest
from finance.reads.statements import statements
from finance.services.posting import Line, post
from leads.models import Deal
from leads.services import sign_deal
from people.workplace import Workplace
from tests import make

APRIL = "202504"
MAY = make.at("2025-05-06 10:00")
WANG = "13800000002"


def deal(here: Workplace, number: str, commission: int, when: datetime = make.MOMENT) -> Deal:
    """`here` has a customer and signs with them."""
    make.registered(here, make.at("2025-04-01 10:00"), number=number)
    return sign_deal(
        here=here, customer=make.customer(number), closer=here.user, amount_fen=500_000_00, commission_fen=commission,
        designer=None, term_months=12, at=when,
    )  # fmt: skip


def april(store: make.Store) -> make.Store:
    """Two deals without a case: ¥6,000.01 to 李强, ¥1,000.00 to 王芳."""
    deal(store.li, make.PHONE, 6_000_01)
    deal(store.wang, WANG, 1_000_00)
    return store


@transaction.atomic
def rewarded(store: make.Store, here: Workplace, fen: int = 100_00, at: datetime = make.MOMENT) -> Entry:
    """A reward stands in the ledger for somebody."""
    lines = [Line(Account.Kind.BONUS, fen, Key("person", here.user.pk)), Line(Account.Kind.REWARDS, -fen)]
    return post(
        project=store.project, book=Entry.Book.COMMISSION, kind=Entry.Kind.REWARD, lines=lines, at=at, source="JL-1"
    )


def contested(store: make.Store, commission: int = 6_000_01) -> Deal:
    """李强 signs with a customer whom 王芳 reported too: the commission waits for the case."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.li.user)
    return deal(store.li, make.PHONE, commission)


def shared(store: make.Store, at: datetime = make.MOMENT) -> Ruling:
    """何静 rules on that case, one third to 李强."""
    case = store.project.collisions.get()
    shares = [(store.li.user, 3_333), (store.wang.user, 6_667)]
    decision = Decision(
        kind=Ruling.Kind.OTHERWISE,
        reason="两人都跟过",
        owner_kind="person",
        owner=store.wang.user,
        shares=shares,
        unheard=True,
    )
    ruling = decide_case(
        here=store.manager, case=case, seen_version=case.version, seen_proposal="", decision=decision, at=at
    )
    assert ruling is not None
    return ruling


def all_confirm(store: make.Store, month: str = APRIL, at: datetime = MAY) -> None:
    """Everybody confirms their statement."""
    people = {here.user.pk: here for here in (store.li, store.wang, store.zhao, store.sun, store.manager)}
    for one in statements(store.project, month):
        if one.state not in (None, "confirmed"):
            services.answer_statement(
                here=people[one.row.key.pk], month=month, key=one.row.key, kind="confirm", seen=one.row.digest, at=at
            )


def close(
    store: make.Store, month: str = APRIL, at: datetime = MAY, *, by: Workplace | None = None, **more
) -> PeriodEvent:
    """钱慧 closes the month as it stands."""
    seen = month_digest(store.project, month)
    return services.close_period(here=by or store.finance, month=month, seen=seen, at=at, **more)
