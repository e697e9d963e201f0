"""What customers ask for is answered in thirty days, by who may; erasing takes two people, a no takes a reason (G28)."""

import json
from datetime import timedelta

import pytest

from leads import privacy
from leads.models import Basis, Customer, Erasure, PersonRequest, Phone, Withheld
from leads.privacy.requests import (
    approve_erasure,
    correct_request,
    finish_request,
    freeze_request,
    give_file,
    propose_erasure,
    refuse_request,
    release_request,
    take_request,
    tell_due,
)
from leads.reads.requests import requests_of
from leads.services import take_deposit
from tests import make
from trail import clock
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
ASKED, LATER = make.at("2025-06-02 10:00"), make.at("2025-06-03 09:00")


@pytest.fixture(autouse=True)
def _listed_elsewhere(settings, tmp_path):
    settings.GUISHU_ERASURES = str(tmp_path / "erasures.jsonl")


@pytest.fixture
def lead(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    return make.customer()


def asked(here, customer, kind="erase", **more):
    return take_request(here=here, customer=customer, kind=kind, identified="看了身份证原件", at=ASKED, **more)


def refused(do, **given):
    with pytest.raises(Refusal) as caught:
        do(**given)
    return caught.value.code


def test_the_desk_and_who_follows_take_a_request_down_and_managers_are_asked(store, lead):
    row = asked(store.desk, lead)
    assert (row.state, row.due_at - ASKED, row.taken_by) == ("open", timedelta(days=30), store.desk.user)
    told = Message.objects.filter(kind="request.open", to_do=True)
    assert {m.to for m in told} == {str(store.manager.user.pk), str(store.general.user.pk)}
    assert all("张" not in str(m) and not make.traces(m) for m in told)
    assert refused(asked, here=store.li, customer=lead) == "request_open"
    assert asked(store.li, lead, kind="access").kind == "access"


def test_a_request_says_how_they_were_identified_and_holds_no_number(store, lead):
    given = {"here": store.desk, "customer": lead, "at": ASKED}
    assert refused(take_request, kind="access", identified=" ", **given) == "identified_how"
    assert refused(take_request, kind="access", identified="用 139 1234 3333 打来", **given) == "number_in_words"
    assert (
        refused(take_request, kind="access", identified="看了证件", note="139****3333 的", **given) == "number_in_words"
    )
    assert refused(take_request, kind="sue", identified="看了证件", **given) == "kind_unknown"


def test_only_who_may_handles_it(store, lead):
    row = asked(store.desk, lead)
    assert refused(propose_erasure, here=store.desk, request=row, at=LATER) == "not_yours"
    assert refused(refuse_request, here=store.li, request=row, reason="不想办", at=LATER) == "not_yours"


def test_two_people_erase_and_the_number_is_free_again(store, lead):
    row = asked(store.desk, lead)
    assert refused(approve_erasure, here=store.general, request=row, at=LATER) == "not_proposed"
    propose_erasure(here=store.manager, request=row, at=LATER)
    assert refused(approve_erasure, here=store.manager, request=row, at=LATER) == "second_person"
    done = approve_erasure(here=store.general, request=row, at=LATER)
    assert (done.state, done.closed_by) == ("done", store.general.user)
    assert Erasure.objects.get(customer=lead).request == done
    assert not Phone.objects.filter(customer=lead).exists()
    make.registered(store.wang, LATER)
    assert make.customer().pk != lead.pk
    assert not Message.objects.filter(kind="request.open").waiting().exists()
    assert Message.objects.get(kind="request.closed").to == str(store.desk.user.pk)
    assert refused(asked, here=store.desk, customer=Customer.objects.get(pk=lead.pk)) == "erased_already"


def test_while_a_deposit_is_open_nobody_proposes_to_erase(store, lead):
    take_deposit(here=store.manager, customer=lead, by=store.li.user, amount_fen=500_000, designer=None, at=ASKED)
    row = asked(store.desk, lead)
    assert refused(propose_erasure, here=store.manager, request=row, at=LATER) == "needed"
    assert PersonRequest.objects.get().state == "open"


def test_access_gives_the_file_on_record_and_is_closed_when_it_was_handed_over(store, lead):
    row = asked(store.desk, lead, kind="access")
    kept = json.loads(b"".join(give_file(here=store.manager, request=row, form="json", at=LATER)))
    assert make.PHONE in json.dumps(kept)
    assert Entry.objects.filter(action="person.exported").exists()
    assert refused(finish_request, here=store.manager, request=row, answer="", at=LATER) == "answer_missing"
    assert finish_request(here=store.manager, request=row, answer="当面给了打印件", at=LATER).state == "done"
    assert refused(give_file, here=store.manager, request=row, form="json", at=LATER) == "request_closed"


def test_what_is_wrong_is_put_right(store, lead):
    row = asked(store.desk, lead, kind="correct")
    phone = lead.phones.get()
    correct_request(
        here=store.manager, request=row, reason="看了身份证", at=LATER, name="张建华", honorific="先生", number=(phone, "13700001111")
    )  # fmt: skip
    assert make.customer("13700001111").name == "张建华"
    assert PersonRequest.objects.get().state == "done"


@pytest.mark.parametrize(
    ("which", "number", "at", "said"),
    [
        ("", "13700001111", "correct_phone", "选它代替哪个号码"),
        ("this", "", "correct_number", "写对的号码"),
        ("this", "1370000", "correct_number", "手机号要 11 位"),
        ("this", "137****1111", "correct_number", "要整号"),
    ],
)
def test_a_number_is_put_right_only_where_it_is_said_which_and_how(store, lead, signed_in, which, number, at, said):
    """Neither half alone is passed over: the request would be closed and the customer told that it is right now."""
    row, phone = asked(store.desk, lead, kind="correct"), lead.phones.get()
    sent = {"name": "张建华", "phone": str(phone.pk) if which else "", "number": number, "reason": "看了身份证"}
    with clock.standing_at(LATER):
        page = signed_in(store.manager).post(f"/requests/{row.no}/correct", sent)
    assert page.status_code == 422
    assert f'<a href="#{at}">' in page.content.decode()
    assert said in page.content.decode()
    assert 'value="张建华"' in page.content.decode()
    assert PersonRequest.objects.get().state == "open"


def test_what_is_left_out_is_asked_for_by_its_own_name(store, lead, signed_in):
    row = asked(store.desk, lead, kind="access")
    with clock.standing_at(LATER):
        manager = signed_in(store.manager)
        for deed, said in (("finish", "写怎么给客户的"), ("refuse", "写明为什么不办")):
            page = manager.post(f"/requests/{row.no}/{deed}", {"reason": " "})
            assert (page.status_code, said in page.content.decode()) == (422, True)


def test_whoever_has_it_stopped_is_frozen_and_comes_back(store, lead):
    row = freeze_request(here=store.manager, request=asked(store.desk, lead, kind="freeze"), at=LATER)
    assert (row.state, privacy.state(lead), Withheld.objects.get().until) == ("done", "frozen", None)
    assert refused(release_request, here=store.manager, request=row, reason=" ", at=LATER) == "release_why"
    release_request(here=store.manager, request=row, reason="客户来电说可以用了", at=LATER)
    assert privacy.state(lead) == ""
    assert make.customer().pk == lead.pk


def test_a_frozen_customer_is_called_so_in_the_readers_language(store, lead, signed_in):
    row = freeze_request(here=store.manager, request=asked(store.desk, lead, kind="freeze"), at=LATER)
    manager = signed_in(store.manager)
    assert "已停用的客户" in manager.get(f"/requests/{row.no}").content.decode()
    manager.post("/language", {"language": "en", "next": "/"})
    page = manager.get(f"/requests/{row.no}").content.decode()
    assert "Frozen customer" in page
    assert "已停用的客户" not in page


def test_whoever_took_their_consent_back_is_erased_after_thirty_days(store, lead):
    Basis.objects.create(
        project=store.project, customer=lead, ground="withdrawn", way="request", at=ASKED, by=store.desk.user
    )
    freeze_request(here=store.manager, request=asked(store.desk, lead, kind="freeze"), at=LATER)
    kept = Withheld.objects.get()
    assert (kept.why, kept.until) == ("withdrawn", LATER + timedelta(days=30))


def test_a_no_has_a_reason_and_whoever_took_it_down_hears_of_it(store, lead):
    row = asked(store.desk, lead)
    assert refused(refuse_request, here=store.manager, request=row, reason=" ", at=LATER) == "refuse_why"
    refuse_request(here=store.manager, request=row, reason="合同还没履行完", at=LATER)
    assert (PersonRequest.objects.get().state, PersonRequest.objects.get().answer) == ("refused", "合同还没履行完")
    assert refused(propose_erasure, here=store.manager, request=row, at=LATER) == "request_closed"


def test_reminders_come_seven_days_before_one_day_before_and_every_day_it_is_late(store, lead):
    due = asked(store.desk, lead).due_at
    days = [
        due - timedelta(days=8),
        due - timedelta(days=6),
        due - timedelta(days=5),
        due - timedelta(hours=20),
        due + timedelta(hours=1),
    ]
    assert [tell_due(at=at) for at in days] == [0, 1, 0, 1, 1]
    assert (tell_due(at=due + timedelta(hours=2)), tell_due(at=due + timedelta(days=1, hours=1))) == (0, 1)


def test_the_pages_lead_from_the_note_to_the_approval(store, lead, signed_in):
    with clock.standing_at(LATER):
        desk = signed_in(store.desk)
        sent = {"kind": "erase", "identified": "看了身份证原件"}
        assert desk.post(f"/customers/{lead.pk}/request", sent).status_code == 302
        row = PersonRequest.objects.get()
        assert row.no in desk.get("/requests").content.decode()
        assert desk.get(f"/requests/{row.no}").status_code == 404
        manager, general = signed_in(store.manager), signed_in(store.general)
        assert manager.post(f"/requests/{row.no}/propose").status_code == 302
        assert "你提的" in manager.get(f"/requests/{row.no}/approve").content.decode()
        page = general.get(f"/requests/{row.no}/approve").content.decode()
        assert "号码" in page
        assert "编号、时间、业务员" in page
        assert make.PHONE not in page
        assert general.post(f"/requests/{row.no}/approve").status_code == 422  # without proof
        assert general.post(f"/requests/{row.no}/approve", {"password": make.PASSWORD}).status_code == 302
        assert "办好了" in general.get(f"/requests/{row.no}").content.decode()
    assert Erasure.objects.count() == 1


def test_the_file_is_fetched_with_proof_only(store, lead, signed_in):
    row = asked(store.desk, lead, kind="access")
    with clock.standing_at(LATER):
        manager = signed_in(store.manager)
        assert manager.get(f"/requests/{row.no}/file/json").url.startswith("/confirm")
        make.proven(manager)
        assert make.PHONE in make.read(manager.get(f"/requests/{row.no}/file/html")).decode()
        assert manager.get(f"/requests/{row.no}/file/exe").status_code == 404
        assert manager.post(f"/requests/{row.no}/finish", {"reason": "当面给了"}).status_code == 302


def test_a_salesperson_records_a_request_of_their_own_customer_only(store, lead, signed_in):
    assert signed_in(store.li).get(f"/customers/{lead.pk}/request").status_code == 200
    assert signed_in(store.wang).get(f"/customers/{lead.pk}/request").status_code == 404


def test_a_request_of_another_project_is_nobodys_business(store, lead):
    row = asked(store.desk, lead)
    stranger = make.estate().manager
    assert refused(propose_erasure, here=stranger, request=row, at=LATER) == "not_yours"
    assert requests_of(store.manager).exists()
    assert not requests_of(stranger).exists()
