"""Late entry (补登): data after the customer left, whole visits, what a salesperson may only ask for (D01-1.n2a, n2b, G-06, G-35)."""

import pytest

from leads.models import NotebookEntry, Ownership
from tests import make
from trail.models import Entry, Message
from trail.refusals import Refusal
from visits import record, services
from visits.models import Reception, Visit

pytestmark = pytest.mark.django_db
LEFT = make.at("2025-04-28 15:30")


def nameless(store, *, left=True):
    visit = make.arrived(store, make.MOMENT, refused=True, asked_for=store.li.user)
    return services.leave(here=store.desk, visit=visit, gift=None, at=LEFT) if left else visit


def enter(store, visit, when, **more):
    arrival = services.Arrival(name="张建国", number=make.PHONE, **more)
    return services.enter_late(here=store.desk, visit=visit, arrival=arrival, at=make.at(when))


def test_data_entered_after_the_customer_left_count_from_then(store):
    """D01-1.n2a/T1: left at 15:30, entered at 16:10: the claim is dated 16:10."""
    visit = enter(store, nameless(store), "2025-04-28 16:10")
    assert (visit.registered, record.too_late(visit)) == ("late", False)
    held = Ownership.objects.get()
    assert (held.user, held.reason, held.since) == (store.li.user, "walk_in", make.at("2025-04-28 16:10"))
    assert visit.arrived_at == make.MOMENT


def test_the_claim_is_whoever_s_received_and_not_whoever_s_was_called_in_vain(store):
    """G-58."""
    visit = make.arrived(store, make.MOMENT, refused=True)
    services.pass_on_due(at=make.at("2025-04-28 14:06"))
    enter(store, visit, "2025-04-28 15:00")
    assert visit.receptions.order_by("pk").first().by == store.wang.user
    assert Ownership.objects.get().user == store.zhao.user


def test_the_claim_is_the_principal_s_and_not_the_stand_in_s(store):
    """D17-3.4a: 赵磊 did not answer, and 王芳 stands in for him."""
    visit = make.arrived(store, make.MOMENT, refused=True, asked_for=store.zhao.user)
    services.pass_on_due(at=make.at("2025-04-28 14:06"))
    enter(store, visit, "2025-04-28 15:00")
    assert visit.receptions.get(until=None).by == store.wang.user
    assert Ownership.objects.get().user == store.zhao.user


@pytest.mark.parametrize(("when", "late"), [("2025-04-29 15:30", False), ("2025-04-29 15:31", True)])
def test_exactly_24_hours_after_leaving_is_in_time_and_later_gives_no_claim(store, when, late):
    """D01-1.n2b."""
    visit = enter(store, nameless(store), when, asked_for=store.li.user)
    assert record.too_late(visit) is late
    assert Ownership.objects.exists() is not late
    assert record.in_words(visit)["too_late"] is late
    line = NotebookEntry.objects.get(book="visit")
    assert line.user == (None if late else store.li.user)
    assert Entry.objects.get(action="visit.enter_late").detail["too_late"] is late


def test_who_entered_in_time_keeps_the_earlier_claim(store):
    """D01-1.n2b/T2."""
    enter(store, nameless(store), "2025-04-28 16:10")
    make.registered(store.wang, make.at("2025-04-30 10:00"))
    assert Ownership.objects.get(until=None).user == store.li.user


def test_too_late_a_masked_report_that_the_number_fits_is_still_a_claim_of_its_own(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number="139****3333", name="张", honorific="")
    enter(store, nameless(store), "2025-05-02 10:00")
    assert Ownership.objects.get().user == store.wang.user


def test_where_nobody_saw_them_leave_the_term_runs_from_the_arrival(store):
    """Decision 0014."""
    visit = nameless(store, left=False)
    services.sweep(at=make.at("2025-04-28 18:00"))
    assert record.too_late(enter(store, visit, "2025-04-29 14:06"))


# ── a whole visit ──


def whole(store, when="2025-04-29 09:00", **more):
    past = {"arrived_at": make.MOMENT, "left_at": LEFT, "received_by": store.li.user} | more
    arrival = services.Arrival(name="张建国", number=make.PHONE)
    return services.enter_visit(
        here=store.desk, site=store.site, arrival=arrival, past=services.Past(**past), at=make.at(when)
    )


def test_a_forgotten_visit_keeps_the_time_claimed_and_the_time_of_entry_and_deals_no_turn(store):
    """G-35."""
    visit = whole(store, gift_asked=True)
    assert (visit.arrived_at, visit.left_at, visit.registered_at) == (make.MOMENT, LEFT, make.at("2025-04-29 09:00"))
    assert (visit.registered, visit.gift_asked, record.state(visit)) == ("late", True, "complete")
    reception = visit.receptions.get()
    assert (reception.by, reception.mode, reception.until) == (store.li.user, Reception.Mode.ASSIGNED, LEFT)
    assert Ownership.objects.get().since == make.at("2025-04-29 09:00")
    assert not Message.objects.filter(kind="visit.arrived").exists()


def test_a_report_made_before_the_entry_is_not_overtaken_by_the_time_claimed(store):
    """G-35: priority by the time of entry."""
    make.registered(store.wang, make.at("2025-04-28 20:00"))
    whole(store)
    assert Ownership.objects.get(until=None).user == store.wang.user


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"arrived_at": make.at("2025-04-29 09:01"), "left_at": None}, "arrived_later", "arrived_at"),
        ({"left_at": make.at("2025-04-29 09:01")}, "left_later", "left_at"),
        ({"left_at": make.at("2025-04-28 14:04")}, "left_before", "left_at"),
        ({"arrived_at": make.at("2025-03-28 14:05")}, "arrived_long_ago", "arrived_at"),
    ],
)
def test_times_out_of_order_or_to_come_are_refused(store, wrong, code, field):
    with pytest.raises(Refusal) as refused:
        whole(store, **wrong)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Visit.objects.exists()


def test_a_forgotten_visitor_who_is_still_there_is_on_site(store):
    visit = whole(store, "2025-04-28 14:30", left_at=None)
    assert Visit.objects.on_site().get() == visit
    assert visit.receptions.get().until is None


# ── a salesperson only asks ──


def test_a_salesperson_asks_the_desk_which_gets_a_link_and_nothing_of_the_customer(store):
    """D01-1: only the front desk writes."""
    visit = nameless(store)
    services.ask_entry(here=store.li, visit=visit, arrived_at=visit.arrived_at, at=LEFT)
    asked = Message.objects.get(kind="visit.late_asked")
    assert (asked.to, asked.link) == (str(store.desk.user.pk), f"/visits/{visit.no}/enter")
    assert asked.facts == {"who": "李强", "when": "04-28 14:05"}
    enter(store, visit, "2025-04-28 16:10")
    asked.refresh_from_db()
    assert asked.done_at
    with pytest.raises(Refusal, match="已经登记过姓名"):
        services.ask_entry(here=store.li, visit=Visit.objects.get(), arrived_at=make.MOMENT, at=LEFT)


def test_a_forgotten_visit_is_asked_for_with_its_time(store):
    services.ask_entry(here=store.li, visit=None, arrived_at=make.MOMENT, at=LEFT)
    assert Message.objects.get(kind="visit.late_asked").link == "/desk/late?at=2025-04-28T14:05"
    assert not Visit.objects.exists()


def test_nobody_asks_for_an_entry_that_the_desk_could_not_make(store):
    """A year mistyped: said to whoever asks, instead of to the desk days later."""
    with pytest.raises(Refusal) as refused:
        services.ask_entry(here=store.li, visit=None, arrived_at=make.at("1900-01-01 10:00"), at=make.MOMENT)
    assert (refused.value.code, refused.value.field) == ("arrived_long_ago", "arrived_at")
    assert not Message.objects.filter(kind="visit.late_asked").exists()
