"""What could not be prevented is reported, answered, and established by a manager (D18-6, D18-7, D17-1.1, D17-2.6a)."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from tests import make
from trail.models import Entry, Message
from trail.refusals import Refusal
from visits.models import Conduct
from visits.services import Reported, answer_conduct, decide_conduct, leave, report_conduct

pytestmark = pytest.mark.django_db
CAME, WENT = make.at("2025-03-03 10:00"), make.at("2025-03-03 11:00")
CUT_IN = make.at("2025-03-03 10:20")
NOW = make.at("2025-03-03 12:00")
Kind = Conduct.Kind


@pytest.fixture
def visit(store):
    """李强 received the customer on 3 March, 10:00–11:00."""
    visit = make.arrived(store, CAME, hand_to=store.li.user)
    return leave(here=store.desk, visit=visit, gift=None, at=WENT)


def report(here, visit, kind=Kind.INTERRUPTION, at=NOW, **given):
    return report_conduct(
        here=here, report=Reported(kind=kind, visit=visit, **({"happened_at": CUT_IN} | given)), at=at
    )


def told(kind):
    return set(Message.objects.filter(kind=kind).values_list("to", flat=True))


def ids(*people):
    return {str(here.user.pk) for here in people}


def test_the_desk_records_who_cut_in_and_both_and_the_managers_hear_of_it(store, visit):  # D18-6
    row = report(
        store.desk,
        visit,
        by=store.wang.user,
        against=store.li.user,
        before_customer=True,
        stopped=True,
        what="插话介绍户型",
    )
    assert (row.customer, row.reported_by, row.stopped) == (visit.customer, store.desk.user, True)
    assert told("conduct.named") == ids(store.wang, store.li)
    assert told("conduct.reported") == ids(store.manager, store.general)
    (said,) = {m.sentence for m in Message.objects.filter(kind="conduct.named")}
    assert "还没有认定" in said
    assert set(Message.objects.waiting().filter(kind="conduct.named").values_list("to", flat=True)) == ids(store.wang)
    assert all(m.facts == {} for m in Message.objects.filter(kind="conduct.named"))
    assert Entry.objects.get(action="conduct.report").detail == {"kind": "interruption"}


def test_the_harmed_receiver_reports_for_themself_and_nobody_else_does(store, visit):
    assert report(store.li, visit, by=store.wang.user, against=store.li.user).reported_by == store.li.user
    assert told("conduct.named") == ids(store.wang)  # who reports knows
    for here, against in ((store.zhao, store.zhao), (store.zhao, store.li), (store.li, store.zhao)):
        with pytest.raises(Refusal) as why, transaction.atomic():
            report(here, visit, by=store.wang.user, against=against.user)
        assert why.value.status == 404


def test_whom_a_stand_in_stood_in_for_reports_the_private_number(store):  # D17-1.1
    make.registered(store.li, make.at("2025-03-01 10:00"))
    visit = make.arrived(store, CAME, hand_to=store.wang.user)
    row = report(store.li, visit, Kind.PRIVATE_NUMBER, by=store.wang.user, against=store.li.user)
    assert row.kind == "private_number"


def test_non_cooperation_with_the_desk_needs_no_visit_and_has_no_victim(store):  # D01-1.q3
    row = report(store.desk, None, Kind.NON_COOPERATION, by=store.wang.user, what="不肯报客户信息")
    assert (row.visit, row.against, row.customer) == (None, None, None)
    assert told("conduct.named") == ids(store.wang)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "rudeness"}, "conduct_kind"), ({"by": "desk"}, "doer_unknown"), ({"against": None}, "conduct_of_two"),
        ({"against": "wang"}, "conduct_of_two"), ({"visit": None}, "conduct_visit"),
        ({"happened_at": make.at("2025-03-03 12:00:01")}, "conduct_later"),
        ({"happened_at": make.at("2024-03-01 10:00")}, "conduct_long_ago"),
        ({"happened_at": make.at("2025-03-03 09:59:59")}, "conduct_before_visit"),
        ({"happened_at": make.at("2025-03-03 11:00:01")}, "conduct_after_visit"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(store, visit, given, code):
    sent = {"kind": Kind.INTERRUPTION, "by": "wang", "against": "li", "visit": visit} | given
    people = {name: getattr(store, sent.pop(name)).user if sent[name] else sent.pop(name) for name in ("by", "against")}
    kind, of = sent.pop("kind"), sent.pop("visit")
    with pytest.raises(Refusal) as why:
        report(store.desk, of, kind, **people, **sent)
    assert why.value.code == code
    assert not Conduct.objects.exists()


def test_what_was_reported_is_never_edited(store, visit):
    row = report(store.desk, visit, by=store.wang.user, against=store.li.user)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Conduct.objects.filter(pk=row.pk).update(what="没有这回事")
    with pytest.raises(ProgrammingError), transaction.atomic():
        row.delete()


# ── heard, then decided ──


@pytest.fixture
def row(store, visit):
    return report(store.desk, visit, by=store.wang.user, against=store.li.user, what="插话介绍户型")


def says(here, row, what="客户问我价格", at=NOW):
    return answer_conduct(here=here, conduct=row, what=what, at=at)


def decides(here, row, *, established=True, reason="两位说的一致", at=NOW):
    return decide_conduct(here=here, conduct=row, established=established, reason=reason, at=at)


def test_both_say_their_side_and_a_manager_who_is_neither_establishes_it(store, row):
    says(store.wang, row)
    says(store.li, row, "她插话了")
    assert told("conduct.answered") == ids(store.manager, store.general)
    assert not Message.objects.waiting().filter(kind="conduct.named").exists()
    found = decides(store.manager, row)
    assert (found.by, found.established, Conduct.objects.get().state) == (store.manager.user, True, "established")
    assert told("conduct.decided") == ids(store.wang, store.li, store.desk)
    assert not Message.objects.waiting().filter(kind="conduct.reported").exists()
    assert Entry.objects.get(action="conduct.decide").detail == {"established": True}


@pytest.mark.parametrize(("when", "may"), [("2025-03-04 12:00:00", False), ("2025-03-04 12:00:01", True)])
def test_nobody_is_found_to_have_done_it_unheard_before_24_hours_are_over(store, row, when, may):
    """G-06: promptly; exactly at the limit is in time."""
    says(store.li, row, "她插话了")  # it is whoever did it who must be heard
    if may:
        assert decides(store.manager, row, at=make.at(when)).established
        return
    with pytest.raises(Refusal, match="conduct_unheard"):
        decides(store.manager, row, at=make.at(when))


def test_what_cannot_be_shown_is_dismissed_at_once_with_a_reason(store, row):
    with pytest.raises(Refusal, match="conduct_why"), transaction.atomic():
        decides(store.manager, row, established=False, reason=" ")
    decides(store.manager, row, established=False, reason="没有人看见")
    assert Conduct.objects.get().state == "dismissed"


def test_who_reported_or_is_named_decides_nothing_and_who_is_no_manager_neither(store, visit):
    own = report(store.manager, visit, by=store.wang.user, against=store.li.user)
    says(store.wang, own)
    for here, code in ((store.manager, "conduct_own"), (store.desk, "not_yours"), (store.li, "not_yours")):
        with pytest.raises(Refusal, match=code), transaction.atomic():
            decides(here, own)
    assert decides(store.general, own).by == store.general.user


def test_one_decision_is_made_and_nobody_adds_to_it(store, row):
    says(store.wang, row)
    decides(store.manager, row)
    for act in (lambda: decides(store.general, row), lambda: says(store.li, row)):
        with pytest.raises(Refusal, match="conduct_decided"), transaction.atomic():
            act()


@pytest.mark.parametrize(("who", "what", "code"), [("sun", "看见了", "not_named"), ("wang", " ", "answer_empty")])
def test_only_whom_it_names_answers_and_says_something(store, row, who, what, code):
    with pytest.raises(Refusal, match=code):
        says(getattr(store, who), row, what)


def test_an_answer_is_given_once(store, row):
    says(store.wang, row)
    with pytest.raises(Refusal, match="conduct_answered"):
        says(store.wang, row, "再说一句")


# ── the pages ──


def test_it_is_answered_and_decided_on_its_page(store, row, signed_in, at_noon):
    at = f"/conduct/{row.pk}"
    wang, manager, zhao = signed_in(store.wang), signed_in(store.manager), signed_in(store.zhao)
    assert zhao.get(at).status_code == zhao.post(f"{at}/answer", {"what": "看见了"}).status_code == 404
    assert "/decide" not in wang.get(at).content.decode()
    assert wang.post(f"{at}/answer", {"what": ""}).status_code == 422
    assert wang.post(f"{at}/answer", {"what": "客户问我价格"}).status_code == 302
    assert manager.post(f"{at}/decide", {"established": "", "reason": ""}).status_code == 422
    assert manager.post(f"{at}/decide", {"established": "yes", "reason": "看了监控"}).status_code == 302
    assert Conduct.objects.get().state == "established"
    again = manager.post(f"{at}/decide", {"established": "no", "reason": "再想想"})
    assert again.status_code == 409
    assert "已经有结论" in again.content.decode()


def test_a_manager_is_told_that_somebody_must_be_heard_first(store, visit, signed_in, at_noon):
    row = report(store.desk, visit, at=make.MOMENT, by=store.wang.user, against=store.li.user)
    manager = signed_in(store.manager)
    assert "还没有说明" in manager.get(f"/conduct/{row.pk}").content.decode()
    sent = {"established": "yes", "reason": "看了监控"}
    assert manager.post(f"/conduct/{row.pk}/decide", sent).status_code == 409


def test_the_page_says_who_said_what_and_what_was_found(store, row, signed_in):
    says(store.wang, row)
    decides(store.manager, row, reason="监控里看得到")
    page = signed_in(store.li).get(f"/conduct/{row.pk}").content.decode()
    assert "客户问我价格" in page
    assert "监控里看得到" in page
    assert "<textarea" not in page
    listed = signed_in(store.manager).get("/conduct?state=established").content.decode()
    assert "插话介绍户型" in listed
    assert "插话介绍户型" not in signed_in(store.manager).get("/conduct?state=reported").content.decode()


def test_the_list_is_everything_for_managers_and_ones_own_for_others(store, visit, signed_in):
    report(store.desk, visit, by=store.wang.user, against=store.li.user, what="插话介绍户型")
    report(store.manager, visit, Kind.QUARREL, by=store.zhao.user, against=store.sun.user, what="当面吵")
    pages = {here: signed_in(here).get("/conduct").content.decode() for here in (store.manager, store.desk, store.wang)}
    assert "插话介绍户型" in pages[store.manager] and "当面吵" in pages[store.manager]  # noqa: PT018
    for here in (store.desk, store.wang):
        assert "插话介绍户型" in pages[here]
        assert "当面吵" not in pages[here]
    assert "周敏" in pages[store.manager]
    assert "还不是认定" in pages[store.wang]
    quarrels = signed_in(store.manager).get("/conduct?kind=quarrel").content.decode()
    assert "插话介绍户型" not in quarrels
    only = signed_in(store.manager).get(f"/conduct?who={store.li.user.pk}").content.decode()
    assert "当面吵" not in only
    assert signed_in(store.finance).get("/conduct").status_code == 404


def test_the_doer_is_not_told_who_reported(store, visit, signed_in):
    report(store.desk, visit, by=store.wang.user, against=store.li.user)
    assert "谁记的" not in signed_in(store.wang).get("/conduct").content.decode()


FORM = {
    "kind": "interruption",
    "happened_at": "2025-03-03T10:20",
    "before_customer": "on",
    "stopped": "no",
    "what": "插话",
}


def test_the_desk_reports_from_the_page_of_a_visit(store, visit, signed_in, at_noon):
    desk = signed_in(store.desk)
    assert f"/conduct/new?visit={visit.no}" in desk.get(f"/visits/{visit.no}").content.decode()
    page = desk.get(f"/conduct/new?visit={visit.no}").content.decode()
    assert f'<option value="{store.li.user.pk}" selected>' in page
    sent = FORM | {"by": store.wang.user.pk, "against": store.li.user.pk}
    assert desk.post(f"/conduct/new?visit={visit.no}", sent).status_code == 302
    row = Conduct.objects.get()
    assert (row.happened_at, row.stopped, row.before_customer, row.against) == (CUT_IN, False, True, store.li.user)
    wrong = desk.post(f"/conduct/new?visit={visit.no}", sent | {"against": ""})
    assert wrong.status_code == 422
    assert "选另一位" in wrong.content.decode()


def test_a_receiver_reports_of_their_own_visits_only(store, visit, signed_in, at_noon):
    li = signed_in(store.li)
    page = li.get(f"/conduct/new?visit={visit.no}").content.decode()
    assert 'name="against"' not in page
    assert li.post(f"/conduct/new?visit={visit.no}", FORM | {"by": store.wang.user.pk}).status_code == 302
    assert Conduct.objects.get().against == store.li.user
    assert signed_in(store.wang).get(f"/conduct/new?visit={visit.no}").status_code == 404
    assert li.get("/conduct/new").status_code == 404
