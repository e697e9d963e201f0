"""The demo: a company after a quarter, the same each time, and nothing in it that the program itself would refuse."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localtime

from arbitration.cases import queue
from arbitration.cases.proposals import propose
from arbitration.models import Collision, Ruling, Statement
from config.demo.customers import GIVEN
from finance.models import Entry as Booked
from leads.models import Contact, Customer, Deal, Deposit, Ownership, Phone, Registration, WorkPhone
from leads.screening import phones
from penalties.models import Sanction
from people.audit import ACTIONS
from people.models import Project, User
from people.workplace import workplace
from tests import leaks, ledger, make
from trail import clock
from trail.history import mistakes as rewritten
from trail.models import Entry, Message
from visits.models import Visit

NIGHT = make.at("2026-03-11 02:38")  # the demo may be started at any hour


def at_work(moment: datetime) -> bool:
    return 9 <= localtime(moment, make.SHANGHAI).hour < 18


def named(username: str, project: str):
    here = workplace(User.objects.get(username=username), Project.objects.get(code=project), clock.now())
    assert here is not None
    return here


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demo_is_a_company_after_a_quarter(caplog):
    """And nothing that leaves it says a customer's whole number: not a dump, not the log, no mail, no export."""
    out = StringIO()
    caplog.set_level(0)
    with clock.standing_at(NIGHT):
        call_command("demo_data", stdout=out)
        no_number_leaves(out.getvalue() + caplog.text)
        quarter_is_whole()
        nobody_works_at_night()
        salutations_fit()
        cases_are_of_many_kinds()
        the_manager_has_something_to_rule()
    call_command("demo_data", stdout=out)
    assert out.getvalue().rstrip().endswith("there already")


def quarter_is_whole():
    events = sum(model.objects.count() for model in (Registration, Visit, Contact, Deposit, Deal, Ruling))
    assert 25 <= User.objects.count() <= 40
    assert 490 <= Customer.objects.count() + Registration.objects.provisional().count() <= 520
    assert 1_450 <= events <= 1_650
    assert Booked.objects.filter(kind="accrual", ruling=None).exists()
    assert Booked.objects.filter(kind="accrual").exclude(ruling=None).exists()
    assert ledger.balanced()
    assert Visit.objects.on_site().count() >= 3
    assert list(rewritten()) == []
    assert set(Entry.objects.values_list("action", flat=True)) <= set(ACTIONS), "a deed without a word for it"
    assert Sanction.objects.count() >= 4
    assert Statement.objects.count() >= 8
    assert not Message.objects.filter(to_do=True, done_at=None, link__in=ended()).exists()


def no_number_leaves(log: str) -> None:
    """Without the key; the search is first shown to find what is there."""
    ours = {phones.national(row.e164) for row in (*Phone.objects.all(), *WorkPhone.objects.all())}
    ours |= {phones.national(row.number) for row in Registration.objects.filter(masked=False)}
    assert len(ours) > 400
    assert leaks.numbers("x" + next(iter(ours)).encode().hex() + "00", ours), "the search finds what is there"
    assert leaks.numbers(log, ours) == set()
    searched = set()
    for place, text in (*leaks.dump(), *leaks.exports(), *leaks.mails(), *leaks.robots()):
        assert leaks.numbers(text, ours) == set(), place
        searched.add(place.partition(" ")[0])
    assert searched >= {"dump", "export", "mail"}


def ended() -> list[str]:
    cases = Collision.objects.filter(state="ruled").values_list("no", flat=True)
    gone = Visit.objects.exclude(left_at=None).values_list("no", flat=True)
    return [f"/cases/{no}" for no in cases] + [f"/visits/{no}" for no in gone]


def nobody_works_at_night():
    fields = {
        Registration: "at",
        Contact: "at",
        Deal: "signed_at",
        Ruling: "at",
        Collision: "opened_at",
        Visit: "arrived_at",
    }
    for model, field in fields.items():
        moments = model.objects.values_list(field, flat=True)
        assert [m for m in moments if not at_work(m) or m > NIGHT] == [], model


def salutations_fit():
    of_the_quarter = Customer.objects.exclude(honorific="").exclude(registrations__channel="import")
    for customer in of_the_quarter:
        assert customer.name[1:] == "" or customer.name[1:] in GIVEN[customer.honorific], customer


def cases_are_of_many_kinds():
    assert Collision.objects.count() >= 12
    assert set(Collision.objects.values_list("state", flat=True)) >= {"open", "evidence", "escalated", "ruled"}
    fired = {id_ for ruling in Ruling.objects.all() for id_ in ruling.rules}
    for case in Collision.objects.unruled():
        proposal = propose(case, NIGHT)
        fired |= set(proposal.ruling["fired"] if proposal.ruling else [])
    assert {"D09-1a", "D09-5a", "D09-5b", "D09-7b", "D09-8a"} <= fired


def the_manager_has_something_to_rule():
    """What the README asks of 何静 and of 高翔 can be done."""
    he = named("hejing", "store")
    todo = list(queue.rows(he, queue.Wanted(), NIGHT).prefetch_related("claims"))
    assert len([case for case in todo if case.pk not in queue.only_to_pass_up(he, todo)]) >= 3
    assert all(
        queue.counted(queue.count_rows(named("chenguang", "store"), NIGHT))[tab]
        for tab in ("todo", "evidence", "ruled")
    )
    gao = named("gaoxiang", "estate")
    assert Ownership.objects.live_at(NIGHT).filter(user=gao.user, protected_until__gt=NIGHT).exists()


@pytest.mark.django_db
def test_the_demo_never_mixes_with_real_people():
    User.objects.create_user("zhangsan", password=make.PASSWORD)
    for check in ([], ["--check"]):
        with pytest.raises(CommandError, match="in use and is not a demo"):
            call_command("demo_data", *check)
    assert not Project.objects.exists()


@pytest.mark.django_db
def test_the_check_itself_loads_nothing():
    call_command("demo_data", "--check")
    assert not Project.objects.exists()


def test_the_accounts_are_printed():
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    assert "liqiang" in out.getvalue()
    assert "guishu-demo-2026" in out.getvalue()
