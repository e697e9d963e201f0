"""D11-M2, D21-M2: an agent who cannot come announces the visit by SMS; the counterpart checks and calls within 30 minutes."""

from datetime import timedelta

import pytest

from arbitration.models import Collision
from leads.inbound import sources
from leads.inbound.receiving import Incoming, receive
from leads.models import Ownership, ProtectionChange, Registration
from leads.services import enter_work_phone, release_to_pool
from tests import make
from tests.visits.test_expected import code, expect
from trail.models import Message
from visits import expected as reads
from visits import services
from visits.models import Expected

pytestmark = pytest.mark.django_db
GAO = "13805510001"
REPORTED, AT, CAME = make.at("2025-03-01 10:00"), make.at("2025-03-03 10:30"), make.at("2025-03-03 11:00")
TEXT = f"安居公司，张先生，{make.PHONE}，今天上午到访，我赶不过来"


@pytest.fixture
def gateway(estate):
    """高翔's mobile is known, and the estate reads SMS."""
    enter_work_phone(here=estate.anju, organisation=None, number=GAO, at=make.LONG_AGO)
    source, _secret = sources.open_gateway(here=estate.manager, kind="sms_hook", name="短信", at=make.LONG_AGO)
    return source


def sms(gateway, text=TEXT, when=AT, id_="1"):
    return receive(source=gateway, given=Incoming(id_, GAO, text), at=when)


def came(estate, when=CAME, **more):
    visit = make.arrived(estate, when, **more)
    services.arrived(visit)
    return visit


def announced(estate, when=AT):
    make.registered(estate.anju, REPORTED)
    return expect(estate.anju, estate.site, on=when.date(), about=None, present=False, when=when)


def tasks(estate):
    return Message.objects.to(estate.counterpart.user.pk).filter(kind__in=["announced.check", "announced.call"])


# ── what it gives ──


def test_a_customer_of_nobodys_who_was_announced_is_the_agent_s(estate, gateway):
    """D11-M2a: the visit counts as the broker's bring; who receives at the site has it by that alone no more."""
    make.registered(estate.anju, REPORTED)
    release_to_pool(here=estate.anju, customer=make.customer(), reason="太远", at=make.at("2025-03-02 10:00"))
    expect(estate.anju, estate.site, on=AT.date(), about=None, present=False, when=AT)
    make.arrived(estate, CAME, hand_to=estate.xu.user)
    held = Ownership.objects.open().get()
    assert (held.user, held.reason, held.since) == (estate.anju.user, "walk_in", CAME)


@pytest.mark.parametrize(("when", "renews"), [(AT, True), (CAME, False)])
def test_an_announced_visit_renews_as_a_bring_and_a_late_announcement_does_not(estate, gateway, when, renews):
    """D11-M2a/T1, G-23: strictly before the arrival."""
    make.terms(estate.project, routing=("asked_for",), extend_on=("visit",), extend_days=7, extend_limit=9)
    estate.desk.project.refresh_from_db()
    make.registered(estate.anju, REPORTED)
    before = Ownership.objects.get().protected_until
    if renews:
        sms(gateway, when=when)
        make.arrived(estate, CAME, hand_to=estate.xu.user)
    else:
        make.arrived(estate, CAME, hand_to=estate.xu.user)
        sms(gateway, when=when)
    change = ProtectionChange.objects.filter(why="visit").first()
    assert (change is not None) is renews
    assert (Ownership.objects.get().protected_until > before) is renews


def test_who_announced_a_customer_whom_a_colleague_follows_contests_as_who_brings_one(estate, gateway):
    make.registered(estate.anju, make.at("2025-02-01 10:00"))  # protected for seven days
    make.registered(estate.hengxin, REPORTED)
    assert not Collision.objects.exists()
    expect(estate.anju, estate.site, on=AT.date(), about=None, present=False, when=AT)
    visit = make.arrived(estate, CAME, hand_to=estate.xu.user)
    case = Collision.objects.get()
    assert case.source == visit.no
    assert {claim.user for claim in case.claims.all()} == {estate.hengxin.user, estate.anju.user}


# ── what announces ──


def test_an_sms_that_says_today_announces_the_visit_and_gives_two_tasks(estate, gateway):
    """D11-M2a, M2b, M2c."""
    sms(gateway)
    row = Expected.objects.get()
    assert (row.present, row.channel, row.by, row.at, row.due_at) == (
        False, "sms", estate.anju.user, AT, AT + timedelta(minutes=30),
    )  # fmt: skip
    assert sorted(tasks(estate).waiting().values_list("kind", flat=True)) == ["announced.call", "announced.check"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("安居公司，张先生，13912343333，今天下午带看", True), ("今日到访：安居公司，张先生，13912343333", True),
        ("安居公司，张先生，13912343333", False), ("安居公司，张先生，13912343333，明天到访", False),
        ("安居公司，张先生，13912343333，今天不到访了", False),
    ],
)  # fmt: skip
def test_only_a_text_that_says_today_announces(gateway, text, said):
    sms(gateway, text)
    assert Expected.objects.exists() is said


def test_the_houses_own_people_announce_nothing(estate, gateway):
    enter_work_phone(here=estate.xu, organisation=None, number="13805510009", at=make.LONG_AGO)
    receive(source=gateway, given=Incoming("2", "13805510009", TEXT), at=AT)
    assert Registration.objects.count() == 1
    assert not Expected.objects.exists()


def test_an_sms_before_the_arrival_counts_as_a_bring(estate, gateway):
    """D11-M2a/T1: visit at 11:00 without the broker, SMS at 10:30."""
    sms(gateway)
    visit = came(estate)
    row = Expected.objects.get()
    assert (row.visit, row.counts) == (visit, True)


def test_an_sms_at_the_moment_of_the_arrival_is_late(estate, gateway):
    """D11-M2a, D07-7.3: equality is not before."""
    make.arrived(estate, CAME)
    sms(gateway, when=CAME)
    assert Expected.objects.get().counts is False


def test_a_late_sms_secures_no_bring_but_is_on_record(estate, gateway):
    visit = make.arrived(estate, CAME)
    sms(gateway, when=CAME + timedelta(minutes=5))
    row = Expected.objects.get()
    assert (row.visit, row.counts) == (visit, False)


def test_an_sms_of_the_day_before_announces_nothing_for_today(estate, gateway):
    """G-03: the calendar day."""
    sms(gateway, when=AT - timedelta(days=1))
    came(estate)
    row = Expected.objects.get()
    assert (row.visit, reads.state(row, CAME)) == (None, "missed")


def test_whoever_comes_along_after_all_was_there(estate, gateway):
    sms(gateway)
    came(estate, brought_by=estate.anju.user)
    assert Expected.objects.get().counts is False


def test_a_plain_sms_report_of_the_same_day_counts_when_the_agent_is_not_there(estate, gateway):
    sms(gateway, f"安居公司，张先生，{make.PHONE}")
    assert not Expected.objects.exists()
    came(estate)
    row = Expected.objects.get()
    assert (row.counts, row.at, row.due_at) == (True, AT, CAME + timedelta(minutes=30))
    assert tasks(estate).count() == 2


def test_a_plain_sms_report_of_an_agent_who_is_there_announces_nothing(estate, gateway):
    sms(gateway, f"安居公司，张先生，{make.PHONE}")
    came(estate, brought_by=estate.anju.user)
    assert not Expected.objects.exists()


def test_a_masked_sms_is_linked_once_the_whole_number_is_keyed(estate, gateway):
    sms(gateway, "安居公司，张先生，139****3333，今天到访")
    row = Expected.objects.get()
    assert row.customer is None
    assert (row.name, reads.number_of(row)) == ("张先生", "139****3333")
    visit = came(estate)
    row.refresh_from_db()
    assert (row.visit, row.customer, row.counts) == (visit, visit.customer, True)


def test_who_said_they_would_come_along_may_still_say_they_cannot(estate, gateway):
    make.registered(estate.anju, REPORTED)
    first = expect(estate.anju, estate.site, on=AT.date(), when=make.at("2025-03-02 10:00"))
    sms(gateway)
    row = Expected.objects.get()
    assert (row.no, row.present, row.at) == (first.no, False, AT)


def test_two_sms_of_one_customer_are_one_announcement(gateway):
    sms(gateway)
    sms(gateway, when=AT + timedelta(minutes=2), id_="2")
    assert Expected.objects.get().at == AT


def test_on_the_page_it_is_announced_on_the_day_itself_and_before_the_arrival(estate):
    make.registered(estate.anju, REPORTED)
    day_before = AT - timedelta(days=1)
    assert (
        code(lambda: expect(estate.anju, estate.site, on=AT.date(), present=False, when=day_before)) == "announce_today"
    )
    make.arrived(estate, CAME)
    assert code(lambda: expect(estate.anju, estate.site, on=AT.date(), present=False, when=CAME)) == "arrived_already"


def test_only_agents_announce(estate):
    make.registered(estate.xu, REPORTED)
    assert code(lambda: expect(estate.xu, estate.site, on=AT.date(), present=False, when=AT)) == "announce_agent"


# ── what the counterpart does ──


def test_a_check_after_exactly_thirty_minutes_is_in_time_and_a_second_later_it_is_late(estate):
    """D11-M2b/T1, T2; G-06."""
    row = announced(estate)
    due = AT + timedelta(minutes=30)
    assert reads.task(row.due_at, None, due) == "waiting"
    assert reads.task(row.due_at, None, due + timedelta(seconds=1)) == "late"
    row = services.check_announced(here=estate.counterpart, expected=row, passed=True, note="", at=due)
    assert reads.task(row.due_at, row.checked_at, due + timedelta(hours=1)) == "done"


def test_a_call_after_exactly_thirty_minutes_is_in_time_and_a_second_later_it_is_late(estate):
    """D11-M2c/T2."""
    row = announced(estate)
    due = AT + timedelta(minutes=30)
    late = services.call_announced(
        here=estate.counterpart, expected=row, note="确认今天来", at=due + timedelta(seconds=1)
    )
    assert reads.task(late.due_at, late.called_at, due + timedelta(hours=1)) == "done_late"
    assert reads.task(late.due_at, due, due + timedelta(hours=1)) == "done"


def test_each_task_is_done_once_and_takes_its_message_away(estate):
    row = announced(estate)
    services.call_announced(here=estate.counterpart, expected=row, note="确认今天来", at=AT)
    assert list(tasks(estate).waiting().values_list("kind", flat=True)) == ["announced.check"]
    again = {"here": estate.counterpart, "expected": row, "at": AT}
    assert code(lambda: services.call_announced(note="又打了一次", **again)) == "done_already"
    services.check_announced(passed=True, note="", **again)
    assert not tasks(estate).waiting()
    assert code(lambda: services.check_announced(passed=True, note="", **again)) == "done_already"


def test_what_party_a_turns_down_is_the_review_of_the_report(estate):
    row = announced(estate)
    given = {"here": estate.counterpart, "expected": row, "passed": False, "at": AT}
    assert code(lambda: services.check_announced(note="", **given)) == "note_missing"
    services.check_announced(note="甲方已有登记", **given)
    review = row.registration.reviews.get()
    assert (review.approved, review.by) == (False, estate.counterpart.user)


def test_whoever_may_do_it_is_told_once_that_a_task_is_late(estate):
    announced(estate)
    due = AT + timedelta(minutes=30)
    assert services.tell_late(at=due) == 0
    assert services.tell_late(at=due + timedelta(seconds=1)) == 1
    assert services.tell_late(at=due + timedelta(hours=1)) == 0
    told = Message.objects.filter(kind="announced.late").values_list("to", flat=True)
    assert set(told) == {str(estate.counterpart.user.pk), str(estate.manager.user.pk)}


def test_nobody_is_told_of_what_was_done_or_withdrawn(estate):
    row = announced(estate)
    services.withdraw(here=estate.anju, expected=row, at=AT)
    assert services.tell_late(at=AT + timedelta(hours=1)) == 0
    assert not tasks(estate).waiting()
