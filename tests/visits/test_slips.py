"""客户到访确认单: issued once for the record as it stands, checked by anybody without a word of people, signed on the customer's phone."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from tests import make
from trail.clock import standing_at
from trail.models import Entry
from trail.refusals import Refusal
from visits import services
from visits.models import Signature, SiteRules, Slip

pytestmark = pytest.mark.django_db


def issue(store, visit, when=make.MOMENT):
    return services.issue_slip(here=store.desk, visit=visit, at=when)


def correct(store, visit, when, **given):
    return services.correct(here=store.desk, visit=visit, given=given, reason="听错了", at=when)


def by_phone(store):
    SiteRules.objects.update_or_create(site=store.site, defaults={"signing": "phone"})


def sign_page(slip, when=make.MOMENT):
    return f"/v/{slip.code}/sign/{services.ticket(slip, when)}"


def said(response):
    return response.content.decode()


def shown(response):
    """What the page says, without its marks and scripts."""
    return re.sub(r"<[^>]+>", " ", said(response).partition("<main")[2])


# ── issuing ──


def test_a_slip_is_made_once_for_the_record_as_it_stands(store):
    visit = make.arrived(store, make.MOMENT)
    first = issue(store, visit)
    assert issue(store, visit, make.MOMENT + timedelta(hours=1)) == first
    assert (first.revision, len(first.code)) == (0, 16)
    assert Entry.objects.filter(action="slip.issue", subject=f"visit:{visit.no}").count() == 1


def test_after_a_correction_another_slip_is_made(store):
    visit = make.arrived(store, make.MOMENT)
    first = issue(store, visit)
    correct(store, visit, make.MOMENT + timedelta(minutes=5), first_time="again")
    second = issue(store, visit, make.MOMENT + timedelta(minutes=6))
    assert (second.revision, second.code != first.code) == (1, True)


def test_the_page_shows_the_items_of_the_visit_with_the_number_masked(store, signed_in, at_noon):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT, invited_by=store.li.user, first_time="first")
    page = shown(signed_in(store.desk).get(f"/visits/{visit.no}/slip"))
    for text in (visit.no, "张建国", "139****3333", "李强", "第一次", "周敏", store.site.name):
        assert text in page
    assert make.PHONE not in page


def test_the_broker_who_came_along_and_the_agency_stand_on_it(estate, signed_in, at_noon):
    """D07-8.2b: the slip is the agency's proof."""
    visit = make.arrived(estate, make.MOMENT, brought_by=estate.anju.user)
    page = shown(signed_in(estate.desk).get(f"/visits/{visit.no}/slip"))
    assert "高翔" in page
    assert "安居公司" in page


def test_of_two_who_announced_one_visit_one_stands_on_it(estate, signed_in, at_noon):
    """Never two rivals on what the customer may see."""
    for here, hour in ((estate.anju, 9), (estate.hengxin, 10)):
        make.registered(here, make.at("2025-04-01 10:00"))
        services.expect(
            here=here, customer=make.customer(), site=estate.site, on=make.MOMENT.date(), about=None, present=False,
            note="", at=make.at(f"2025-04-28 {hour:02d}:00"),
        )  # fmt: skip
    visit = make.arrived(estate, make.MOMENT)
    page = shown(signed_in(estate.desk).get(f"/visits/{visit.no}/slip"))
    assert "高翔" in page
    assert "马兰" not in page


@pytest.mark.parametrize(("size", "roll"), [("a5", False), ("80mm", True), ("x", False)])
def test_the_paper_is_the_sites_or_as_chosen_on_the_page(store, signed_in, at_noon, size, roll):
    visit = make.arrived(store, make.MOMENT)
    page = said(signed_in(store.desk).get(f"/visits/{visit.no}/slip?size={size}"))
    assert ('class="slip  roll"' in page) is roll
    SiteRules.objects.create(site=store.site, slip_size="80mm")
    assert 'class="slip  roll"' in said(signed_in(store.desk).get(f"/visits/{visit.no}/slip"))


# ── checking ──


def test_anybody_may_check_and_learns_nothing_of_people(store):
    visit = make.arrived(store, make.MOMENT, invited_by=store.li.user)
    response = Client().get(f"/v/{issue(store, visit).code}")
    page = shown(response)
    assert response.status_code == 200
    for text in ("有效", visit.no, store.site.name, "2025-04-28 14:05"):
        assert text in page
    for secret in ("张建国", "3333", "139", "李强", "王芳", "周敏", "先生"):
        assert secret not in page


def test_a_correction_makes_the_old_code_fail_and_says_since_when(store):
    visit = make.arrived(store, make.MOMENT)
    slip = issue(store, visit)
    correct(store, visit, make.at("2025-04-28 15:00"), first_time="again")
    page = shown(Client().get(f"/v/{slip.code}"))
    assert "已失效" in page
    assert "2025-04-28 15:00" in page
    assert "让前台再出一张" in page
    issue(store, visit, make.at("2025-04-28 15:05"))
    assert "已经出了新的确认单" in shown(Client().get(f"/v/{slip.code}"))


def test_a_code_may_be_typed_in_small_letters(store):
    slip = issue(store, make.arrived(store, make.MOMENT))
    assert Client().get(f"/v/{slip.code.lower()}").status_code == 200


def test_an_unknown_code_is_answered_with_a_sentence(db):
    response = Client().get("/v/ABCD")
    assert response.status_code == 404
    assert "没有这张确认单" in said(response)


def test_guessing_is_limited_and_a_right_code_is_no_guess(store, at_noon):
    slip, client = issue(store, make.arrived(store, make.MOMENT)), Client()
    for _i in range(40):
        assert client.get(f"/v/{slip.code}").status_code == 200
    assert [client.get(f"/v/GUESS{i}").status_code for i in range(31)] == [404] * 30 + [429]
    assert client.get(f"/v/{slip.code}").status_code == 429
    with standing_at(make.MOMENT + timedelta(minutes=11)):
        assert client.get(f"/v/{slip.code}").status_code == 200


# ── signing ──


def test_the_customer_signs_on_their_own_phone_once(store, signed_in, at_noon):
    by_phone(store)
    visit = make.arrived(store, make.MOMENT)
    slip, phone = issue(store, visit), Client()
    address = sign_page(slip)
    assert phone.get(address).status_code == 200
    assert phone.post(address, {"name": "张建国", "agreed": "on"}).status_code == 302
    assert "已签" in shown(phone.get(address))
    assert phone.post(address, {"name": "张建国", "agreed": "on"}).status_code == 409
    assert Signature.objects.get().name == "张建国"
    desk = signed_in(store.desk)
    assert "已在手机上签" in shown(desk.get(f"/visits/{visit.no}/slip"))


def test_the_phone_shows_this_visit_only_and_no_whole_number(store, at_noon):
    by_phone(store)
    make.arrived(store, make.at("2025-04-20 10:00"))
    slip = issue(store, make.arrived(store, make.MOMENT))
    page = shown(Client().get(sign_page(slip)))
    assert "2025-04-28 14:05" in page
    assert "2025-04-20" not in page
    assert make.PHONE not in page


@pytest.mark.parametrize(("given", "error"), [({"agreed": "on"}, "写上您的姓名"), ({"name": "张"}, "打上勾再签")])
def test_without_a_name_or_a_tick_nothing_is_signed(store, at_noon, given, error):
    by_phone(store)
    response = Client().post(sign_page(issue(store, make.arrived(store, make.MOMENT))), given)
    assert response.status_code == 422
    assert error in said(response)
    assert not Signature.objects.exists()


def test_a_ticket_counts_until_a_day_after_the_site_closes(store):
    """The store closes at 18:00: until 18:00 of the day after."""
    by_phone(store)
    slip = issue(store, make.arrived(store, make.MOMENT))
    address = sign_page(slip)
    with standing_at(make.at("2025-04-29 18:00")):
        assert Client().get(address).status_code == 200
    with standing_at(make.at("2025-04-29 18:01")):
        response = Client().get(address)
    assert response.status_code == 404
    assert "过期了" in said(response)


def test_a_ticket_of_another_slip_or_a_forged_one_signs_nothing(store, at_noon):
    by_phone(store)
    one = issue(store, make.arrived(store, make.MOMENT))
    other = issue(store, make.arrived(store, make.MOMENT, number="13900000001"))
    foreign = services.ticket(other, make.MOMENT)
    forged = signing.Signer(salt="else").sign_object({"s": one.pk, "t": 9999999999})
    for token in (foreign, forged, "x"):
        assert Client().get(f"/v/{one.code}/sign/{token}").status_code == 404


def test_after_a_correction_the_old_slip_is_not_signed_and_the_new_one_is_signed_anew(store, at_noon):
    by_phone(store)
    visit = make.arrived(store, make.MOMENT)
    old = issue(store, visit)
    services.sign_slip(slip=old, name="张建国", agreed=True, at=make.MOMENT)
    correct(store, visit, make.MOMENT, first_time="again")
    visit.refresh_from_db()
    new = issue(store, visit)
    assert not Signature.objects.filter(slip=new).exists()
    other = Slip.objects.get(pk=old.pk)
    with pytest.raises(Refusal) as refused:
        services.sign_slip(slip=other, name="张建国", agreed=True, at=make.MOMENT)
    assert refused.value.code == "slip_over"
    assert services.sign_slip(slip=new, name="张建国", agreed=True, at=make.MOMENT).slip == new


def test_where_the_site_signs_on_paper_no_phone_does(store, signed_in, at_noon):
    visit = make.arrived(store, make.MOMENT)
    with pytest.raises(Refusal) as refused:
        services.sign_slip(slip=issue(store, visit), name="张建国", agreed=True, at=make.MOMENT)
    assert refused.value.code == "not_by_phone"
    page = said(signed_in(store.desk).get(f"/visits/{visit.no}/slip"))
    assert "客户签字" in page
    assert "签字码" not in page


def test_where_nobody_signs_there_is_no_line_for_it(store, signed_in, at_noon):
    SiteRules.objects.create(site=store.site, signing="none")
    visit = make.arrived(store, make.MOMENT)
    assert "客户签字" not in said(signed_in(store.desk).get(f"/visits/{visit.no}/slip"))


# ── how a desk works ──


def test_the_rules_of_a_site_are_changed_on_record(store, signed_in, at_noon):
    client = signed_in(store.admin)
    given = {"answer_seconds": 90, "ask_left_minutes": 0, "slip_size": "80mm", "signing": "phone"}
    assert client.post(f"/settings/desk?site={store.site.pk}", given).status_code == 302
    rules = SiteRules.objects.get(site=store.site)
    assert (rules.answer_seconds, rules.ask_left_minutes, rules.sweep, rules.slip_size, rules.signing) == (
        90, 0, False, "80mm", "phone",
    )  # fmt: skip
    entry = Entry.objects.get(action="desk_rules.change")
    assert entry.detail == {**given, "sweep": False}
    assert client.post("/settings/desk", {**given, "answer_seconds": 601}).status_code == 422
