"""The queue: in which tab a case stands for whom, filters, who comes next, what may be one customer, and the list as a file."""

from datetime import timedelta

import pytest

from arbitration.cases import queue
from arbitration.cases.queue import Wanted
from arbitration.models import Collision
from leads.models import Customer
from leads.services import put_question
from people.models import Team
from tests import make
from tests.arbitration.test_collisions import signed
from trail.models import Entry

pytestmark = pytest.mark.django_db
NOW = make.MOMENT
DAY = timedelta(days=1)


def opened(store, number, day, *people):
    """A case about a customer of their own, opened by the second who reports."""
    for hour, here in enumerate(people or (store.li, store.wang), start=9):
        made = make.registered(here, make.at(f"2025-04-{day:02d} {hour:02d}:00"), number=number)
    return Collision.objects.get(customer=made.registration.customer)


@pytest.fixture
def case(store):
    return opened(store, make.PHONE, 1)


@pytest.fixture
def three(store):
    return [opened(store, f"1380000000{n}", n) for n in (1, 2, 3)]


# ── tabs ──

STATES = {
    "open": {}, "asked for evidence": {"state": "evidence", "evidence_due": NOW + DAY},
    "evidence overdue": {"state": "evidence", "evidence_due": NOW},
    "passed up": {"state": "escalated", "with_general_manager": True},
    "unripe": {"ripe_at": NOW + DAY, "proposal": "on_hold"}, "ripe by now": {"ripe_at": NOW, "proposal": "on_hold"},
    "on hold without a day": {"proposal": "on_hold"}, "postponed": {"postponed_until": NOW + DAY},
    "postponed till now": {"postponed_until": NOW}, "postponed and unripe": {"postponed_until": NOW + DAY, "ripe_at": NOW + 2 * DAY},
    "unripe with the general manager": {"ripe_at": NOW + DAY, "state": "escalated", "with_general_manager": True},
    "ruled": {"state": "ruled"}, "moot": {"state": "moot"},
    "ruled and once postponed": {"state": "ruled", "postponed_until": NOW + DAY},
}  # fmt: skip
WHERE = {  # for the manager, the general manager
    "open": ("todo", "todo"), "asked for evidence": ("evidence", "evidence"), "evidence overdue": ("todo", "todo"),
    "passed up": ("others", "todo"), "unripe": ("unripe", "unripe"),
    "on hold without a day": ("unripe", "unripe"), "ripe by now": ("todo", "todo"),
    "postponed": ("postponed", "postponed"), "postponed till now": ("todo", "todo"),
    "postponed and unripe": ("postponed", "postponed"), "unripe with the general manager": ("unripe", "unripe"),
    "ruled": ("ruled", "ruled"), "moot": ("ruled", "ruled"), "ruled and once postponed": ("ruled", "ruled"),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_a_case_stands_in_exactly_one_tab(store, case, state):
    Collision.objects.update(**STATES[state])
    for here, tab in zip((store.manager, store.general), WHERE[state], strict=True):
        held = {name: list(queue.rows(here, Wanted(name), NOW)) for name in queue.TABS}
        assert held == {name: [case] if name == tab else [] for name in queue.TABS}
        assert queue.counted(queue.count_rows(here, NOW)) == {name: len(rows) for name, rows in held.items()}


def test_a_general_manager_who_is_a_party_waits_for_others(store, case):
    case.claims.filter(letter="B").update(user=store.general.user)
    assert queue.counted(queue.count_rows(store.general, NOW))["others"] == 1


def test_the_leader_of_one_side_may_only_pass_it_up(store, case):
    other = Team.objects.create(name="市场二部", organisation=make.house())
    store.wang.user.memberships.update(team=other)
    found = list(queue.shown(queue.rows(store.manager, Wanted(), NOW)))
    assert queue.only_to_pass_up(store.manager, found) == {case.pk}


# ── filters ──


def test_the_filters_leave_what_they_say(store):
    plain = opened(store, make.PHONE, 1)
    rich = opened(store, "13800000002", 2, store.zhao, store.sun)
    Collision.objects.filter(pk=rich.pk).update(trigger="visit", ripe_at=NOW - DAY)
    store.sun.user.memberships.update(team=Team.objects.create(name="市场二部", organisation=make.house()))
    signed(store, store.wang, commission=500_00)  # of the first: below
    team = Team.objects.get(name="市场二部")
    table = {
        Wanted(trigger="visit"): [rich], Wanted(trigger="registration"): [plain], Wanted(team=team.pk): [rich],
        Wanted(team=store.team.pk): [plain, rich], Wanted(party=store.li.user.pk): [plain], Wanted(least=500_00): [plain],
        Wanted(least=500_01): [], Wanted(most=500_00): [plain], Wanted(most=1): [], Wanted(due="over"): [rich],
        Wanted(due="day"): [rich], Wanted(trigger="visit", party=store.li.user.pk): [], Wanted(): [plain, rich],
    }  # fmt: skip
    for wanted, left in table.items():
        assert list(queue.rows(store.manager, wanted, NOW)) == left, wanted


def test_a_case_about_a_thing_shows_it_and_what_its_customers_are_worth(store, signed_in, at_noon, case):
    signed(store, store.wang, commission=700_00)
    slot = store.project.subjects.create(kind="media_slot", name="地铁一号灯箱", added_at=NOW)
    Collision.objects.filter(pk=case.pk).update(matter="slot", subject=slot, customer=None)
    case.claims.update(customer=make.customer())
    assert [row.at_stake for row in queue.rows(store.manager, Wanted(), NOW)] == [700_00]
    page = signed_in(store.manager).get("/cases").content.decode()
    assert "地铁一号灯箱" in page
    assert "¥700.00" in page


# ── next and previous ──


def test_next_and_previous_keep_the_filter_also_of_a_case_that_left_the_list(store, three):
    first, second, third = three
    assert queue.neighbours(store.manager, Wanted(), second, NOW) == (first, third)
    Collision.objects.filter(pk=third.pk).update(trigger="visit")
    assert queue.neighbours(store.manager, Wanted(trigger="registration"), second, NOW) == (first, None)
    Collision.objects.filter(pk=second.pk).update(state="ruled")
    second.refresh_from_db()
    assert queue.neighbours(store.manager, Wanted(), second, NOW) == (first, third)


def test_of_the_ruled_the_newest_comes_first(store, three):
    for n, case in enumerate(three):
        Collision.objects.filter(pk=case.pk).update(state="ruled", changed_at=NOW + n * DAY)
        case.refresh_from_db()
    ruled = Wanted("ruled")
    assert list(queue.rows(store.manager, ruled, NOW)) == three[::-1]
    assert queue.neighbours(store.manager, ruled, three[1], NOW) == (three[2], three[0])


def test_the_page_of_a_case_leads_on_with_the_filter(store, signed_in, at_noon, three):
    query = "tab=todo&trigger=registration"
    page = signed_in(store.manager).get(f"/cases/{three[1].no}?{query}&page=7").content.decode()
    assert f'href="/cases/{three[0].no}?{query.replace("&", "&amp;")}" rel="prev"' in page
    assert f'href="/cases/{three[2].no}?{query.replace("&", "&amp;")}" rel="next"' in page
    assert 'rel="next"' not in signed_in(store.wang).get(f"/cases/{three[1].no}").content.decode()


def test_signing_leads_back_to_the_list_that_one_came_from(store, signed_in, at_noon, three):
    for n in (2, 3):  # before the first visit nobody rules
        make.arrived(store, make.at(f"2025-04-2{n} 10:00"), number=f"1380000000{n}")
    query, case, client = "tab=todo&trigger=registration", three[1], signed_in(store.general)
    given = {
        "kind": "otherwise", "reason": "两边的记录都核对过了", "version": case.version, "owner": "company", "unheard": "on",
        "checked": "on", "password": make.PASSWORD,
    }  # fmt: skip
    again = client.post(f"/cases/{case.no}/check?{query}", given | {"back": "1"}).content.decode()
    assert f'href="/cases/{three[2].no}?{query.replace("&", "&amp;")}" rel="next"' in again
    check = client.post(f"/cases/{case.no}/check?{query}", given).content.decode()
    assert f'action="/cases/{case.no}/sign?{query.replace("&", "&amp;")}"' in check
    kept = client.post(f"/cases/{case.no}/draft?{query}", given)
    assert kept["Location"] == f"/cases/{case.no}?{query}#dec"
    signed = client.post(f"/cases/{case.no}/sign?{query}&next=//elsewhere", given)
    assert signed["Location"] == f"/cases?{query}"
    assert client.post(f"/cases/{three[2].no}/sign", given)["Location"] == f"/cases/{three[2].no}"


@pytest.mark.parametrize(
    "query", ["tab=nothing", "tab=todo&team=x&party=9999999&least=-3&due=never&trigger=%00", "page=a"]
)
def test_an_address_that_makes_no_sense_is_no_error(store, signed_in, at_noon, case, query):
    client = signed_in(store.manager)
    assert client.get(f"/cases?{query}").status_code == (404 if "nothing" in query else 200)
    assert client.get(f"/cases/{case.no}?{query}").status_code == 200


# ── one customer twice ──


def test_cases_of_customers_who_may_be_one_lead_to_the_merge(store, signed_in, at_noon, case):
    second = opened(store, "13800000002", 2)  # the same name, and the same two
    third = opened(store, "13800000003", 3, store.zhao, store.sun)  # the same name, nobody of them
    Customer.objects.filter(pk=third.customer_id).update(name="赵大海")
    found = list(queue.shown(queue.rows(store.manager, Wanted(), NOW)))
    assert queue.duplicates(store.manager, found) == {case.pk: [second], second.pk: [case]}
    client, address = signed_in(store.manager), f"/customers/{case.customer_id}/merge?other={second.customer_id}"
    assert address in client.get("/cases").content.decode()
    page = client.get(address)
    assert page.status_code == 200
    assert f'value="{second.customer_id}"' in page.content.decode()
    assert client.get(f"/customers/{case.customer_id}/merge?other={case.pk}").status_code == 200


def test_customers_about_whom_somebody_is_asked_are_candidates_until_the_answer(store, case):
    second = opened(store, "13800000002", 2, store.zhao, store.sun)
    Customer.objects.filter(pk=second.customer_id).update(name="李红")
    question = put_question(store.project, second.customer, [case.customer], "number_of_another", NOW)
    found = list(queue.shown(queue.rows(store.manager, Wanted(), NOW)))
    assert queue.duplicates(store.manager, found) == {case.pk: [second], second.pk: [case]}
    question.answer, question.answered_by, question.answered_at = "other", store.desk.user, NOW
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    assert queue.duplicates(store.manager, found) == {}


# ── the list as a file ──


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_is_exported_as_filtered_masked_and_on_record(store, signed_in, at_noon, three, form):
    client = make.proven(signed_in(store.manager))
    answer = client.get(f"/cases/export.{form}?tab=todo&party={store.li.user.pk}")
    body = make.read(answer)
    if form == "csv":
        text = body.decode()
        assert text.count("\n") == 4
        assert all(case.no in text for case in three)
        assert "张建国" not in text
        assert "1380000" not in text
    entry = Entry.objects.get(action="cases.export")
    assert (entry.detail["lines"], entry.detail["form"]) == (3, form)
