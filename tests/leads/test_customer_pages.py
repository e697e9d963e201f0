"""One customer: who may look, what they see, and what they add."""

from dataclasses import replace

import pytest
from django.urls import reverse

from arbitration.models import Collision
from leads.models import Contact, PreCheck, Relation
from leads.services import log_contact, relate, sign_deal, take_deposit
from people.terms import Terms
from tests import make
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

KEY = "0b6f3c1e-6a57-4b0e-9a51-1f3f0c5f7d11"
WIFE = "13812340000"


def page(response) -> str:
    return response.content.decode()


def url(name: str, number: str = make.PHONE) -> str:
    return reverse(name, args=[make.customer(number).pk])


@pytest.fixture
def followed(store):
    """李强 follows a customer of the store since 20 April."""
    make.registered(store.li, make.at("2025-04-20 10:00"))
    return store


# ── who may look ──


def test_owner_rivals_desk_and_managers_may_look_and_others_find_nothing(followed, signed_in):
    make.registered(followed.zhao, make.at("2025-04-22 10:00"))
    seen = {
        name: signed_in(getattr(followed, name)).get(url("customer")).status_code
        for name in ("li", "zhao", "desk", "manager", "general", "wang", "finance", "admin")
    }
    assert seen == {
        "li": 200, "zhao": 200, "desk": 200, "manager": 200, "general": 200, "wang": 404, "finance": 404, "admin": 404,
    }  # fmt: skip


def test_a_customer_of_another_project_is_not_found(followed, estate, signed_in):
    assert signed_in(estate.manager).get(url("customer")).status_code == 404


@pytest.mark.parametrize("name", ["contact", "relate", "reveal"])
def test_a_stranger_can_write_nothing_either(followed, signed_in, name):
    assert signed_in(followed.wang).post(url(name), {"mode": "call", "reason": "核对"}).status_code == 404
    assert not Contact.objects.exists()


def test_the_desk_looks_but_writes_nothing(followed, signed_in):
    client = signed_in(followed.desk)
    shown = page(client.get(url("customer")))
    assert "李强" in shown
    assert "写跟进" not in shown
    assert "看完整号码" not in shown
    assert client.post(url("contact"), {"mode": "call"}).status_code == 404


# ── what they see ──


def test_the_page_says_who_follows_since_when_and_why(followed, signed_in):
    shown = page(signed_in(followed.manager).get(url("customer")))
    assert "归 李强" in shown
    assert "4月20日 10:00" in shown
    assert "139****3333" in shown
    assert make.PHONE not in shown


def test_the_story_has_everything_that_happened(followed, signed_in):
    who, when = make.customer(), make.at("2025-04-25 10:00")
    make.arrived(followed, make.at("2025-04-21 10:00"), asked_for=followed.li.user)
    log_contact(here=followed.li, customer=who, mode="call", note="下周再来看样板间", at=when)
    take_deposit(here=followed.li, customer=who, by=followed.li.user, amount_fen=200_000, designer=None, at=when)
    sign_deal(
        here=followed.li, customer=who, closer=followed.li.user, amount_fen=1_000_000, commission_fen=30_000,
        designer=None, term_months=None, at=make.at("2025-04-26 10:00"),
    )  # fmt: skip
    shown = page(signed_in(followed.li).get(url("customer")))
    for said in ("报备", "到访", "电话", "下周再来看样板间", "定金", "¥2,000.00", "签单", "¥10,000.00"):
        assert said in shown
    assert shown.index("¥10,000.00") < shown.index("¥2,000.00") < shown.index("DF-250421")


def test_in_house_a_rival_sees_who_but_neither_sums_nor_notes(followed, signed_in):
    who, when = make.customer(), make.at("2025-04-21 10:00")
    log_contact(here=followed.li, customer=who, mode="call", note="预算二十万", at=when)
    take_deposit(here=followed.li, customer=who, by=followed.li.user, amount_fen=200_000, designer=None, at=when)
    make.registered(followed.wang, make.at("2025-04-22 10:00"))
    shown = page(signed_in(followed.wang).get(url("customer")))
    assert "李强" in shown
    assert "预算二十万" not in shown
    assert "¥2,000.00" not in shown
    assert "退定" not in shown


def test_without_disclosure_a_rival_sees_only_when_somebody_else_claimed(followed, signed_in):
    followed.project.terms_data = replace(Terms(), disclose_owner=False).as_json()
    followed.project.save()
    log_contact(here=followed.li, customer=make.customer(), mode="quote", note="", at=make.at("2025-04-21 10:00"))
    mine = make.registered(followed.wang, make.at("2025-04-22 10:00")).registration
    shown = page(signed_in(followed.wang).get(url("customer")))
    shown = shown[: shown.index("写跟进")]  # below it stands the list of all colleagues
    assert "李强" not in shown
    assert "另一位的主张" in shown
    assert "2025-04-20 10:00" in shown
    assert "报价" not in shown[shown.index("经过") : shown.index("谁在跟进")]
    assert mine.no in shown


def test_an_agency_sees_its_own_only_and_that_somebody_follows(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-26 10:00"))
    make.registered(estate.anju, make.at("2025-04-27 10:00"))
    shown = page(signed_in(estate.anju).get(url("customer")))
    assert "已有人跟进" in shown
    assert "许平" not in shown
    assert "4月26日" not in shown
    assert "2025-04-26" not in shown
    assert "2025-04-27" in shown


def test_the_page_takes_few_queries(followed, signed_in, django_assert_max_num_queries):
    make.registered(followed.wang, make.at("2025-04-22 10:00"))
    make.arrived(followed, make.at("2025-04-23 10:00"), asked_for=followed.li.user)
    make.registered(followed.li, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅", honorific="女士")
    relate(
        here=followed.li, customer=make.customer(), other=make.customer(WIFE), staff=None, kind="friend", at=make.MOMENT
    )
    client, there = signed_in(followed.li), url("customer")
    with django_assert_max_num_queries(24):
        assert "刘梅" in page(client.get(there))


# ── being in touch ──


def test_a_contact_is_noted_once_even_on_a_double_tap(followed, signed_in):
    client = signed_in(followed.li)
    for _i in range(2):
        client.post(url("contact"), {"mode": "call", "note": "约周六", "key": KEY})
    assert Contact.objects.get().note == "约周六"
    assert "跟进记下了" in page(client.get(url("customer")))


def test_a_contact_of_no_known_kind_is_refused_and_the_note_is_kept(followed, signed_in):
    response = signed_in(followed.li).post(url("contact"), {"mode": "", "note": "约周六"})
    assert response.status_code == 422
    assert "选一种联系方式" in page(response)
    assert 'value="约周六"' in page(response)


# ── relations ──


def test_a_relation_to_a_colleague_is_recorded(followed, signed_in):
    client = signed_in(followed.li)
    client.post(url("relate"), {"kind": "friend", "staff": followed.wang.user.pk})
    assert Relation.objects.get().staff == followed.wang.user
    assert "同事 王芳" in page(client.get(url("customer")))


@pytest.mark.parametrize("typed", [WIFE, "138 1234 0000", "刘梅", "刘梅女士"])
def test_a_relation_to_a_customer_of_mine_by_number_or_name(followed, signed_in, typed):
    make.registered(followed.li, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅", honorific="女士")
    assert signed_in(followed.li).post(url("relate"), {"kind": "spouse", "other": typed}).status_code == 302
    assert Relation.objects.get().other == make.customer(WIFE)
    assert not Collision.objects.exists()


def test_the_relation_shows_from_both_ends(followed, signed_in):
    make.registered(followed.li, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅", honorific="女士")
    client = signed_in(followed.li)
    client.post(url("relate"), {"kind": "spouse", "other": WIFE})
    assert "张建国" in page(client.get(url("customer", WIFE)))
    assert "刘梅" in page(client.get(url("customer")))


def test_a_family_that_two_people_follow_contests_both_claims(followed, signed_in):
    make.registered(followed.wang, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅", honorific="女士")
    assert signed_in(followed.li).post(url("relate"), {"kind": "spouse", "other": WIFE}).status_code == 302
    case = Collision.objects.get()
    assert (case.trigger, case.customer) == ("relation", make.customer())
    assert [claim.user for claim in case.claims.order_by("letter")] == [followed.li.user, followed.wang.user]


def test_from_whichever_end_it_is_recorded_the_case_is_about_whom_was_followed_first(followed):
    make.registered(followed.wang, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅", honorific="女士")
    relate(
        here=followed.wang, customer=make.customer(WIFE), other=make.customer(), staff=None, kind="parent_child",
        at=make.MOMENT,
    )  # fmt: skip
    assert Collision.objects.get().customer == make.customer()


def test_friends_whom_two_people_follow_contest_nothing(followed):
    make.registered(followed.wang, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅")
    relate(
        here=followed.li, customer=make.customer(), other=make.customer(WIFE), staff=None, kind="friend", at=make.MOMENT
    )
    assert not Collision.objects.exists()


def test_a_family_of_whom_one_is_followed_no_longer_contests_nothing(estate):
    make.registered(estate.xu, make.at("2025-04-01 10:00"))
    make.registered(estate.anju, make.at("2025-04-27 10:00"), number=WIFE, name="刘梅")
    relate(
        here=estate.manager, customer=make.customer(), other=make.customer(WIFE), staff=None, kind="spouse",
        at=make.MOMENT,
    )  # fmt: skip
    assert not Collision.objects.exists()


def test_the_customer_of_somebody_else_is_found_by_whole_number_and_that_is_kept_as_a_question(followed, signed_in):
    make.registered(followed.wang, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅", honorific="女士")
    client = signed_in(followed.li)
    client.post(url("relate"), {"kind": "sibling", "other": WIFE})
    assert PreCheck.objects.get().customer == make.customer(WIFE)
    shown = page(client.get(url("customer")))
    assert "刘**" in shown
    assert "刘梅" not in shown


def test_the_customer_of_somebody_else_is_not_found_by_name(followed, signed_in):
    make.registered(followed.wang, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅", honorific="女士")
    response = signed_in(followed.li).post(url("relate"), {"kind": "sibling", "other": "刘梅"})
    assert response.status_code == 422
    assert "没有找到这位客户" in page(response)
    assert 'value="刘梅"' in page(response)


def test_an_agency_finds_nobody_by_number_whom_it_may_not_see(estate, signed_in):
    make.registered(estate.anju, make.at("2025-04-27 10:00"))
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number=WIFE, name="刘梅")
    response = signed_in(estate.anju).post(url("relate"), {"kind": "spouse", "other": WIFE})
    assert response.status_code == 422
    assert not Relation.objects.exists()


@pytest.mark.parametrize("given", [{}, {"other": make.PHONE}])
def test_a_relation_to_nobody_or_to_oneself_is_refused(followed, signed_in, given):
    response = signed_in(followed.li).post(url("relate"), {"kind": "spouse", **given})
    assert response.status_code == 422
    assert "不能是本人" in page(response)


def test_two_customers_of_one_name_are_not_guessed_between(followed, signed_in):
    for number in (WIFE, "13812340001"):
        make.registered(followed.li, make.at("2025-04-21 10:00"), number=number, name="刘梅")
    response = signed_in(followed.li).post(url("relate"), {"kind": "spouse", "other": "刘梅"})
    assert "同名的客户不止一位" in page(response)


def test_the_same_relation_is_recorded_once(followed):
    make.registered(followed.li, make.at("2025-04-21 10:00"), number=WIFE, name="刘梅")
    a, b = make.customer(), make.customer(WIFE)
    relate(here=followed.li, customer=a, other=b, staff=None, kind="spouse", at=make.MOMENT)
    with pytest.raises(Refusal) as refused:
        relate(here=followed.li, customer=b, other=a, staff=None, kind="spouse", at=make.MOMENT)
    assert (refused.value.code, refused.value.status) == ("relation_known", 409)


# ── the whole number ──


def test_the_owner_sees_the_whole_number_once_for_a_reason_that_is_on_record(followed, signed_in):
    client = make.proven(signed_in(followed.li))
    response = client.post(url("reveal"), {"reason": "约周六到店"})
    assert "139 1234 3333" in page(response)
    assert "no-store" in response.headers["Cache-Control"]
    entry = Entry.objects.get(action="phone.reveal")
    assert (entry.actor, entry.detail["reason"]) == (str(followed.li.user.pk), "约周六到店")
    assert "139 1234 3333" not in page(client.get(url("customer")))


@pytest.mark.parametrize(("reason", "sentence"), [("", "写明为什么"), ("看", "写明为什么")])
def test_without_a_reason_no_number_is_shown(followed, signed_in, reason, sentence):
    response = make.proven(signed_in(followed.li)).post(url("reveal"), {"reason": reason})
    assert response.status_code == 422
    assert sentence in page(response)
    assert "139 1234 3333" not in page(response)
    assert not Entry.objects.filter(action="phone.reveal").exists()


def test_a_rival_who_may_look_at_the_customer_sees_no_whole_number(followed, signed_in):
    make.registered(followed.wang, make.at("2025-04-22 10:00"))
    client = make.proven(signed_in(followed.wang))
    assert "看完整号码" not in page(client.get(url("customer")))
    response = client.post(url("reveal"), {"reason": "就想看看"})
    assert response.status_code == 404
    assert "139 1234 3333" not in page(response)


def test_who_followed_until_the_protection_ended_sees_no_whole_number_any_more(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-01 10:00"))
    assert make.proven(signed_in(estate.xu)).post(url("reveal"), {"reason": "约到访"}).status_code == 404
