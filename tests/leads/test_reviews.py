"""The sales department reviews reports (D08-5.2): who may, within which time, and what comes of it under D08."""

import pytest

from arbitration import casefile
from arbitration.engine import decide, decode_case, load_pack
from arbitration.models import Collision
from leads.models import Review
from leads.services import review_report
from leads.services.reviewing import due_at, unreviewed
from people.models import DayChange
from tests import make
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def reject(here, report, why="空号"):
    return review_report(here=here, report=report, approved=False, why=why, at=make.MOMENT)


def test_an_approved_report_leaves_the_list_and_its_reporter_is_told(store):
    report = make.registered(store.li, make.at("2025-04-28 10:00")).registration
    assert list(unreviewed(store.project, make.MOMENT)) == [report]
    review_report(here=store.manager, report=report, approved=True, why="", at=make.MOMENT)
    assert not unreviewed(store.project, make.MOMENT).exists()
    said = Message.objects.get(kind="lead.reviewed")
    assert (said.to, said.link) == (str(store.li.user.pk), f"/register/{report.no}")
    assert Entry.objects.get(action="registration.approve").subject == f"registration:{report.no}"


def test_who_rejects_says_why_and_the_receipt_shows_it(store, signed_in):
    report = make.registered(store.li, make.at("2025-04-28 10:00")).registration
    with pytest.raises(Refusal, match="why_missing"):
        reject(store.manager, report, why=" ")
    reject(store.manager, report)
    assert "空号" in signed_in(store.li).get(f"/register/{report.no}").content.decode()


def test_nobody_reviews_their_own_report(store):
    report = make.registered(store.manager, make.at("2025-04-28 10:00")).registration
    with pytest.raises(Refusal, match="own_report"):
        reject(store.manager, report)
    reject(store.general, report)


def test_the_same_review_twice_is_refused_and_another_one_counts_from_then(store):
    report = make.registered(store.li, make.at("2025-04-28 10:00")).registration
    reject(store.manager, report)
    with pytest.raises(Refusal, match="reviewed_so"):
        reject(store.general, report)
    review_report(here=store.general, report=report, approved=True, why="", at=make.MOMENT)
    assert Review.objects.count() == 2


def test_it_is_due_with_the_second_working_day(store):
    report = make.registered(store.li, make.at("2025-04-28 10:00")).registration
    assert due_at(report) == make.at("2025-05-01 00:00")
    DayChange.objects.create(day="2025-04-29", working=False, name="盘点")
    assert due_at(report) > make.at("2025-05-05 00:00"), "1 to 5 May are days off"


def test_the_page_reviews(store, signed_in):
    report = make.registered(store.li, make.at("2025-04-23 10:00")).registration
    client = signed_in(store.manager)
    assert "过期没审" in client.get("/reviews").content.decode()
    refused = client.post(f"/reviews/{report.no}", {"approved": "no", "why": ""})
    assert refused.status_code == 422
    assert "退回要写明哪里不对" in refused.content.decode()
    assert client.post(f"/reviews/{report.no}", {"approved": "no", "why": "空号"}).status_code == 302
    assert "都审完了" in client.get("/reviews").content.decode()
    assert signed_in(store.li).post(f"/reviews/{report.no}", {"approved": "yes"}).status_code == 404


# ── under D08 ──


@pytest.fixture
def contested(store):
    """李强 reported before 王芳 did; the case is ruled by D08."""
    first = make.registered(store.li, make.at("2025-04-28 09:00")).registration
    second = make.registered(store.wang, make.at("2025-04-28 09:30")).registration
    return store, first, second


def ruled():
    """How the case comes out under D08, and whose token is whose."""
    built = casefile.build(Collision.objects.get(), "first-report", make.MOMENT)
    return decide(decode_case(built.case), load_pack("first-report")).as_dict(), built.tokens


def test_the_case_file_says_what_the_review_came_to(contested):
    store, first, second = contested
    reject(store.manager, first)
    review_report(here=store.general, report=second, approved=True, why="", at=make.MOMENT)
    events = {e["id"]: e for e in casefile.build(Collision.objects.get(), "first-report", make.MOMENT).case["events"]}
    one, two = events[f"r{first.pk}"], events[f"r{second.pk}"]
    assert (one["review"], one["reviewed_at"]) == ("rejected", "2025-04-28T14:05:00+08:00")
    assert two["review"] == "approved"


def test_a_rejected_report_does_not_rank(contested):
    store, first, second = contested
    for report in (first, second):
        review_report(here=store.manager, report=report, approved=True, why="", at=make.MOMENT)
    said, tokens = ruled()
    assert said["owner"] == tokens.people[store.li.user.pk]
    reject(store.general, first)
    said, tokens = ruled()
    assert said["owner"] == tokens.people[store.wang.user.pk]


def test_a_report_that_nobody_reviewed_is_pending_under_d08_and_nothing_elsewhere(contested):
    _store, first, _second = contested
    case = Collision.objects.get()
    said = {
        policy: {e["id"]: e for e in casefile.build(case, policy, make.MOMENT).case["events"]}[f"r{first.pk}"]
        for policy in ("first-report", "home-decoration")
    }
    assert said["first-report"]["review"] == "pending"
    assert "review" not in said["home-decoration"]
