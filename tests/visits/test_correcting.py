"""Corrections: only by the front desk, with a reason, what stood there kept; a number moves the visit to whose it is (D01-1, G-36)."""

import pytest

from arbitration.models import Collision
from leads import identity
from leads.models import NotebookEntry, Ownership
from tests import make
from tests.arbitration.test_collisions import signed
from tests.programs import program
from trail.models import Entry
from trail.refusals import Refusal
from visits import services
from visits.models import Correction, Place, Visit

pytestmark = pytest.mark.django_db
LATER = make.at("2025-04-28 16:00")
OTHER = "13900000077"


def correct(here, visit, reason="打错了", at=LATER, **given):
    visit = services.correct(here=here, visit=visit, given=given, reason=reason, at=at)
    return Visit.objects.get(pk=visit.pk)


def test_the_desk_puts_a_time_right_and_what_stood_there_stays(store):
    """D01-1/T2."""
    visit = services.leave(
        here=store.desk, visit=make.arrived(store, make.MOMENT), gift=None, at=make.at("2025-04-28 15:00")
    )
    visit = correct(store.desk, visit, left_at=make.at("2025-04-28 15:20"))
    kept = Correction.objects.get()
    assert (visit.left_at, visit.revision) == (make.at("2025-04-28 15:20"), 1)
    assert (kept.field, kept.old, kept.new, kept.reason) == (
        "left_at",
        "2025-04-28 15:00",
        "2025-04-28 15:20",
        "打错了",
    )
    assert visit.receptions.get().until == visit.left_at
    assert Entry.objects.get(action="visit.correct").detail == {"fields": ["left_at"]}


@pytest.mark.parametrize("who", ["li", "manager", "general", "finance"])
def test_nobody_else_writes_the_log_and_the_attempt_is_on_record(store, signed_in, at_noon, who):
    """D01-1/T1: a salesperson who received the visitor, and sales management too."""
    visit, here = make.arrived(store, make.MOMENT, asked_for=store.li.user), getattr(store, who)
    with pytest.raises(Refusal) as refused:
        services.may_correct(here=here, visit=visit, at=LATER)
    assert refused.value.code == "only_the_desk"
    assert refused.value.record["action"] == "visit.correct_refused"
    signed_in(here).post(f"/visits/{visit.no}/correct", {"arrived_at": "2025-04-28T13:30", "reason": "想改"})
    program(here).post(f"visits/{visit.no}/correct", {"arrived_at": "2025-04-28T13:30:00+08:00", "reason": "想改"})
    tries = Entry.objects.filter(action="visit.correct_refused", actor=str(here.user.pk)).count()
    assert tries == (0 if who == "finance" else 2)  # Finance does not see a visit at all
    with pytest.raises(Refusal):
        correct(here, visit, arrived_at=make.at("2025-04-28 13:30"))
    visit.refresh_from_db()
    assert visit.arrived_at == make.MOMENT


def test_an_administrator_may_by_correction(store):
    visit = correct(store.admin, make.arrived(store, make.MOMENT), companions=2)
    assert (visit.companions, Correction.objects.get().by) == (2, store.admin.user)


@pytest.mark.parametrize(
    ("given", "reason", "code"),
    [
        ({"companions": 1}, " ", "correct_why"),
        ({"name": "张建国"}, "打错了", "nothing_changed"),
        ({"arrived_at": make.at("2025-04-28 14:06")}, "打错了", "arrived_after_reception"),
        ({"arrived_at": make.at("2025-04-28 16:01")}, "打错了", "arrived_later"),
        ({"left_at": make.at("2025-04-28 16:01")}, "打错了", "left_later"),
        ({"left_at": make.at("2025-04-28 14:00")}, "打错了", "left_before"),
        ({"name": ""}, "打错了", "name_missing"),
        ({"number": "139****0077"}, "打错了", "phone_masked"),
        ({"number": ""}, "打错了", "number_missing"),
        ({"registered_at": LATER}, "打错了", "correct_unknown"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(store, given, reason, code):
    visit = make.arrived(store, make.MOMENT)
    with pytest.raises(Refusal) as refused:
        correct(store.desk, visit, reason=reason, **given)
    assert refused.value.code == code
    assert not Correction.objects.exists()


def test_two_who_correct_the_same_record_do_not_undo_each_other(store):
    visit = make.arrived(store, make.MOMENT)
    services.correct(here=store.desk, visit=visit, given={"companions": 1}, reason="漏了", at=LATER, revision=0)
    with pytest.raises(Refusal, match="刚有人改过"):
        services.correct(here=store.admin, visit=visit, given={"companions": 2}, reason="漏了", at=LATER, revision=0)


def test_a_page_that_stood_open_too_long_keeps_what_was_typed_and_leads_to_the_record_as_it_is(
    store, signed_in, at_noon
):
    visit = make.arrived(store, make.at("2025-04-28 13:05"))
    services.correct(here=store.desk, visit=visit, given={"companions": 1}, reason="漏了", at=make.MOMENT, revision=0)
    given = {
        "revision": "0",
        "name": "张建军",
        "arrived_at": "2025-04-28T13:05",
        "companions": "0",
        "gift": "unasked",
        "reason": "听错了",
    }
    sent = signed_in(store.desk).post(f"/visits/{visit.no}/correct", given)
    page = sent.content.decode()
    assert sent.status_code == 409
    assert f'<a class="btn" href="/visits/{visit.no}/correct">看最新的</a>' in page
    assert 'value="张建军"' in page
    assert 'value="听错了"' in page


def test_the_history_shows_a_number_masked_and_keeps_it_sealed(store):
    correct(store.desk, make.arrived(store, make.MOMENT), number=OTHER)
    kept = Correction.objects.get(field="number")
    assert (kept.old, kept.new) == ("139****3333", "139****0077")
    assert kept.sealed_old
    assert make.PHONE.encode() not in bytes(kept.sealed_old)


def test_a_gift_that_is_corrected_goes_back_into_the_stock(store):
    cup, tea = (
        services.add_gift(here=store.admin, site=store.site, name=n, stock=1, at=make.MOMENT)
        for n in ("保温杯", "茶叶")
    )
    visit = services.leave(
        here=store.desk, visit=make.arrived(store, make.MOMENT), gift=cup, at=make.at("2025-04-28 15:00")
    )
    visit = correct(store.desk, visit, gift=tea)
    cup.refresh_from_db(), tea.refresh_from_db()
    assert (visit.gift, cup.stock, tea.stock) == ("茶叶", 1, 0)
    visit = correct(store.desk, visit, gift=None)
    tea.refresh_from_db()
    assert (visit.gift, visit.gift_asked, tea.stock) == ("", True, 1)


# ── another number, another customer ──


def test_another_number_moves_the_visit_and_what_arose_from_it_alone(store):
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    wrong = visit.customer
    visit = correct(store.desk, visit, number=OTHER)
    assert visit.customer == make.customer(OTHER) != wrong
    assert visit.number == "+8613900000077"
    ended, held = Ownership.objects.get(customer=wrong), Ownership.objects.get(customer=visit.customer)
    assert (ended.until, ended.ended_for) == (LATER, "correction")
    assert (held.user, held.since, held.until, held.source) == (store.li.user, LATER, None, visit.no)
    line = NotebookEntry.objects.get(book="visit")
    assert (line.customer, line.user) == (visit.customer, store.li.user)


def test_the_record_that_a_wrong_number_made_is_found_and_counted_no_more_and_the_number_is_free(store):
    visit = make.arrived(store, make.MOMENT)
    wrong = visit.customer
    correct(store.desk, visit, number=OTHER)
    wrong.refresh_from_db()
    assert wrong.merged_into == make.customer(OTHER)
    for text in (make.PHONE, make.PHONE[-4:]):
        assert identity.search(store.project, text)[1] == []
    assert identity.search(store.project, "张建国")[1] == [make.customer(OTHER)]
    assert Correction.objects.get().old == "139****3333"
    assert Entry.objects.get(action="customer.put_away").subject == f"customer:{wrong.pk}"
    again = make.arrived(store, LATER, name="李梅", honorific="")
    assert again.customer not in (wrong, make.customer(OTHER))


def test_a_record_that_stands_for_anything_else_is_left(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    correct(store.desk, make.arrived(store, make.MOMENT), number=OTHER)
    assert identity.search(store.project, make.PHONE)[1][0].merged_into is None


def test_the_right_customer_is_whoever_s_received_and_nobody_s_who_followed_the_wrong_one(store):
    """李强 follows the customer whose number was keyed; 王芳 is called in his place, does not come, and 赵磊 does."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    Place.objects.filter(user=store.li.user).update(away=True)
    visit = make.arrived(store, make.MOMENT)
    services.pass_on_due(at=make.at("2025-04-28 14:06"))
    assert [row.by for row in visit.receptions.order_by("pk")] == [store.wang.user, store.zhao.user]
    correct(store.desk, visit, number=OTHER)
    assert Ownership.objects.open().get(customer=make.customer(OTHER)).user == store.zhao.user
    assert Ownership.objects.open().get(customer=make.customer()).user == store.li.user


def test_the_right_customer_is_somebody_elses_and_a_case_opens_as_at_the_desk(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number=OTHER, name="张建国")
    visit = correct(store.desk, make.arrived(store, make.MOMENT, asked_for=store.li.user), number=OTHER)
    assert Ownership.objects.get(customer=visit.customer).user == store.wang.user
    parties = set(Collision.objects.get().claims.values_list("user__username", flat=True))
    assert parties == {"li", "wang"}


def test_whoever_followed_the_wrong_customer_before_keeps_them(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT)
    wrong = visit.customer
    correct(store.desk, visit, number=OTHER)
    assert Ownership.objects.get(customer=wrong, until=None).user == store.wang.user


def test_a_case_that_the_wrong_number_opened_keeps_it(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    assert refusal_of(store, visit) == "visit_in_case"
    assert Visit.objects.get().customer == make.customer()


def test_a_contract_since_the_visit_keeps_it(store):
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    signed(store, store.li)
    assert refusal_of(store, visit, at=make.at("2025-06-01 10:00")) in ("visit_signed", "visit_in_case")


def test_a_report_that_the_number_was_found_to_fit_keeps_it(store):
    make.registered(store.li, make.at("2025-04-01 10:00"), number="139****3333", name="张", honorific="")
    assert refusal_of(store, make.arrived(store, make.MOMENT)) == "visit_bound"


def test_a_protection_that_the_visit_prolonged_keeps_it(store):
    make.terms(store.project, protection_days=30, extend_days=30, extend_on=["visit"])
    make.registered(store.li, make.at("2025-04-01 10:00"))
    assert refusal_of(store, make.arrived(store, make.MOMENT)) == "visit_prolonged"


def refusal_of(store, visit, at=LATER):
    with pytest.raises(Refusal, match="另补登一次") as refused:
        correct(store.desk, visit, number=OTHER, at=at)
    assert "撞单" not in str(refused.value.sentence)
    assert not Correction.objects.exists()
    return refused.value.code


def test_a_salesperson_named_by_correction_contests_as_at_the_desk(store):
    visit = make.arrived(store, make.MOMENT)
    correct(store.desk, visit, invited_by=store.zhao.user)
    assert set(Collision.objects.get().claims.values_list("user__username", flat=True)) == {"wang", "zhao"}


def test_a_misspelt_name_is_put_right_in_the_customers_record_where_it_rests_on_the_visit_alone(store):
    visit = correct(store.desk, make.arrived(store, make.MOMENT, name="张健国"), name="张建国")
    assert (visit.name, visit.customer.name, visit.customer.initials) == ("张建国", "张建国", "zjg")
    make.registered(store.wang, make.at("2025-04-28 15:00"), number=OTHER, name="李四")
    other = correct(
        store.desk, make.arrived(store, make.at("2025-04-28 15:10"), number=OTHER, name="李四"), name="李思"
    )
    assert (other.name, other.customer.name) == ("李思", "李四")


def test_a_visit_with_a_landline_is_put_right_like_any_other(store):
    """D01-1.q2/T2."""
    arrival = services.Arrival(name="张建国", number="0551-65551234", first_time="first")
    visit = services.check_in(here=store.desk, site=store.site, arrival=arrival, at=make.MOMENT)
    visit = correct(store.desk, visit, name="张建军", number="0551-65551234")
    assert (visit.name, visit.number, visit.revision) == ("张建军", "+8655165551234", 1)
