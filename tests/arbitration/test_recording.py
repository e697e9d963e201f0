"""Putting on record what has no page of its own: who may, what is refused, and what the case file says of it."""

import json

import pytest

from arbitration import casefile, services
from arbitration.engine import load_pack, pack_ids
from arbitration.engine.sources import types_read
from arbitration.events.kinds import KINDS
from arbitration.models import CaseEvent, Collision
from tests import make
from tests.engine.corpus import given as spec
from tests.engine.corpus import texts
from tests.programs import Program, token
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    """李强 and 王芳 contest a customer under D09."""
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-02 10:00"))
    return Collision.objects.get()


def put(here, case, type_, **given):
    return services.record_event(here=here, case=case, type_=type_, given=given, at=make.MOMENT)


def refused(here, case, type_, **given):
    with pytest.raises(Refusal) as caught:
        put(here, case, type_, **given)
    return caught.value.code, caught.value.field, caught.value.status


def kinds(here, case):
    return {kind.type for kind in services.recordable(here, case)}


def test_only_what_the_policy_asks_for_is_offered(store, case):
    assert {"referral", "invitation", "statement", "notice", "collision_known", "cancellation"} <= kinds(
        store.manager, case
    )
    assert not kinds(store.manager, case) & {"offer", "hold_request", "work_order", "customer", "person"}


def test_a_party_of_the_house_objects_where_the_policy_asks_for_it(store, signed_in):  # D01-2.B1
    services.withdraw(project=store.project, pack="home-decoration", by="tests", at=make.at("2025-01-01 10:00"))
    services.put_in_force(
        project=store.project,
        policy=services.publish("walk-in-store", at=make.LONG_AGO),
        by="tests",
        at=make.at("2025-01-02 10:00"),
    )
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-02 10:00"))
    case = Collision.objects.get()
    page = signed_in(store.li).get(f"/cases/{case.no}").content.decode()
    assert f"/cases/{case.no}/events/objection" in page


def test_a_party_speaks_for_itself_and_the_site_for_all(store, case):
    assert kinds(store.li, case) == {"collision_known", "contact", "notice"}
    assert kinds(store.sun, case) == kinds(store.desk, case) == set()
    entry = put(store.li, case, "collision_known", by=store.wang.user.pk)
    assert entry.payload == {"by": store.li.user.pk}
    assert refused(store.li, case, "referral") == ("not_yours_to_record", "", 404)
    assert refused(store.sun, case, "notice")[0] == "not_yours_to_record"


@pytest.mark.parametrize(
    ("type_", "given", "code", "field"),
    [
        ("notice", {"to": 1}, "field_missing", "by"), ("notice", {"colour": "red"}, "key_unknown", "colour"),
        ("notice", {"by": "li", "to": 999_999}, "choice_unknown", "to"),
        ("statement", {"kind": "asks_for"}, "field_missing", "customer"),
        ("cancellation", {"contract": "k999"}, "choice_unknown", "contract"),
        ("referral", {"old_customer": "13700000000"}, "other_unknown", "old_customer"),
        ("collision_known", {"by": "li", "claimed_at": make.at("2026-01-01 10:00")}, "claimed_later", "claimed_at"),
        ("collision_known", {"by": "li", "claimed_at": "yesterday"}, "time_unreadable", "claimed_at"),
        ("invitation", {"by": "li", "succeeded": "yes"}, "field_missing", "customer"),
    ],
)  # fmt: skip
def test_what_the_format_does_not_have_is_refused_at_its_field(store, case, type_, given, code, field):
    given = {key: store.li.user.pk if value == "li" else value for key, value in given.items()}
    assert refused(store.manager, case, type_, **given)[:2] == (code, field)
    assert not CaseEvent.objects.exists()


def test_words_about_somebody_say_about_whom(store, case):
    about = {"customer": str(case.customer_id)}
    assert refused(store.manager, case, "statement", kind="asks_for", **about)[:2] == ("said_of_whom", "people")
    put(store.manager, case, "statement", kind="forgot", **about)
    put(store.manager, case, "statement", kind="asks_for", people=[store.li.user.pk], **about)
    told = [e for e in casefile.build(case, "home-decoration", make.MOMENT).case["events"] if e["type"] == "statement"]
    assert [(e["kind"], e.get("people"), e["customer"]) for e in told] == [
        ("forgot", None, "C1"),
        ("asks_for", ["P1"], "C1"),
    ]


def test_nothing_is_recorded_once_the_case_is_ruled(store, case):
    Collision.objects.update(state=Collision.State.RULED)
    case.refresh_from_db()
    assert refused(store.manager, case, "notice") == ("case_ruled", "", 409)


def test_whom_an_old_customer_introduced_brings_them_into_the_case_without_a_number(store, case):
    make.registered(store.sun, make.at("2025-01-01 10:00"), number="13700000001", name="赵秀英")
    old = make.customer("13700000001")
    entry = put(
        store.manager, case, "referral", old_customer="13700000001", customer=str(case.customer_id), to=store.li.user.pk
    )
    assert entry.payload["old_customer"] == str(old.pk)
    assert "13700000001" not in json.dumps(entry.payload)
    file = casefile.build(case, "home-decoration", make.MOMENT)
    told = next(e for e in file.case["events"] if e["type"] == "referral")
    assert (told["at"], told["to"]) == ("2025-04-28T14:05:00+08:00", "P1")
    assert told["old_customer"] == file.tokens.customers[old.pk]


def test_a_page_for_each_kind_without_javascript(store, case, signed_in):
    client, address = signed_in(store.manager), f"/cases/{case.no}"
    page = client.get(f"{address}?event=notice").content.decode()
    assert "记一件事" in page
    assert 'name="claimed_at"' in page
    answer = client.post(f"{address}/record/notice", {"by": store.li.user.pk})
    assert answer.status_code == 422
    assert 'id="record_notice_to"' in answer.content.decode()
    sent = {"by": store.li.user.pk, "to": store.wang.user.pk, "kind": "reminder"}
    assert client.post(f"{address}/record/notice", sent).status_code == 302
    assert "提醒跟进" in client.get(address).content.decode()
    assert client.post(f"{address}/record/offer", sent).status_code == 404
    assert signed_in(store.sun).post(f"{address}/record/notice", sent).status_code == 404


def test_a_program_records_it_too(store, case):
    sent = {"by": store.li.user.pk, "to": store.wang.user.pk, "kind": "reminder"}
    answer = Program(token(store.manager)).post(f"collisions/{case.no}/events/notice", sent)
    assert answer.status_code == 201
    assert answer.json()["type"] == "notice"
    assert Program(token(store.manager)).post(f"collisions/{case.no}/events/offer", sent).status_code == 409


@pytest.mark.parametrize("pack", pack_ids())
def test_a_pack_reads_every_type_by_which_a_case_of_the_specification_is_decided(pack):
    """What `types_read` finds in the code holds at least what the expectations of the cases rest on."""
    id_, _at, _version = pack.partition("@")
    needed = {
        event["type"]
        for name in texts()
        if spec(name)["policy"] in (pack, id_)
        for event in spec(name)["events"]
        if any(f.get("about") == event.get("id", "") for f in spec(name).get("expect", {}).get("findings", []))
    }
    assert needed <= types_read(load_pack(pack))


def test_every_kind_of_the_table_is_a_type_of_the_model():
    assert set(KINDS) <= set(CaseEvent.Type.values)
