"""What has run out, who is asked next (顺位递补), and who is told before it happens."""

import pytest

from leads import services
from leads.models import Offer
from tests import make
from tests.protection import held, story, terms
from trail.history import mistakes as rewritten
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db

# ── running out, and who is next ──


def test_what_ran_out_lies_in_the_pool_from_that_moment(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert services.expire_due(at=make.at("2025-03-11 09:30")) == 1
    assert (held().holder, held().reason, held().since) == ("pool", "expired", make.at("2025-03-11 00:00"))
    assert services.expire_due(at=make.at("2025-03-11 09:31")) == 0
    assert list(rewritten()) == []


def test_whoever_lost_the_customer_is_told_once_and_without_a_name(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    services.expire_due(at=make.at("2025-03-11 09:30"))
    services.expire_due(at=make.at("2025-03-11 09:31"))
    told = Message.objects.get(kind="protection.over")
    assert (told.to, told.to_do) == (str(estate.xu.user.pk), False)
    assert told.facts == {"name": "张**"}


def contested(estate):
    """许平 owns; 高翔, then 马兰 reported the same customer."""
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    make.registered(estate.anju, make.at("2025-03-04 10:00"), company="安居公司")
    make.registered(estate.hengxin, make.at("2025-03-05 10:00"), company="恒信公司")


def test_the_earliest_who_reported_too_is_asked_first_for_a_day(estate):
    contested(estate)
    services.expire_due(at=make.at("2025-03-11 00:01"))
    offer = Offer.objects.get()
    assert (offer.to, offer.at, offer.until) == (
        estate.anju.user,
        make.at("2025-03-11 00:00"),
        make.at("2025-03-12 00:00"),
    )
    told = Message.objects.get(kind="protection.offer")
    assert (told.to, told.to_do, told.link) == (str(estate.anju.user.pk), True, f"/offers#{offer.pk}")


def test_whoever_is_asked_takes_the_customer(estate):
    contested(estate)
    services.expire_due(at=make.at("2025-03-11 00:01"))
    services.answer_offer(here=estate.anju, offer=Offer.objects.get(), accept=True, at=make.at("2025-03-11 09:00"))
    assert story() == [("e_xu", "registered", "expired"), ("pool", "expired", "claimed"), ("e_anju", "next", None)]
    assert (held().protected_until, Offer.objects.get().answer) == (make.at("2025-03-19 00:00"), "accepted")
    assert not Message.objects.waiting().filter(kind="protection.offer").exists()


def test_a_no_asks_the_next_one_and_silence_too(estate):
    contested(estate)
    services.expire_due(at=make.at("2025-03-11 00:01"))
    services.answer_offer(here=estate.anju, offer=Offer.objects.get(), accept=False, at=make.at("2025-03-11 09:00"))
    second = Offer.objects.get(answer=None)
    assert (second.to, second.until) == (estate.hengxin.user, make.at("2025-03-12 09:00"))
    services.expire_due(at=make.at("2025-03-12 09:00"))
    assert list(Offer.objects.order_by("pk").values_list("answer", flat=True)) == ["declined", "lapsed"]
    assert held().holder == "pool"


def test_too_late_an_answer_is_refused(estate):
    contested(estate)
    services.expire_due(at=make.at("2025-03-11 00:01"))
    first = Offer.objects.get()
    with pytest.raises(Refusal) as refused:
        services.answer_offer(here=estate.anju, offer=first, accept=True, at=make.at("2025-03-12 00:00"))
    assert refused.value.code == "offer_over"
    with pytest.raises(Refusal):
        services.answer_offer(here=estate.hengxin, offer=first, accept=True, at=make.at("2025-03-11 09:00"))


def test_a_leaver_and_whoever_lost_the_customer_are_not_asked(estate):
    contested(estate)
    estate.anju.user.memberships.update(until=make.at("2025-03-10 18:00"))
    services.expire_due(at=make.at("2025-03-11 00:01"))
    assert Offer.objects.get().to == estate.hengxin.user


def test_with_no_hours_for_an_answer_all_goes_straight_to_the_pool(estate):
    terms(estate, offer_hours=0)
    contested(estate)
    services.expire_due(at=make.at("2025-03-11 00:01"))
    assert not Offer.objects.exists()
    assert held().holder == "pool"


def test_a_chance_that_was_missed_does_not_come_twice(estate):
    contested(estate)
    services.expire_due(at=make.at("2025-03-14 00:01"))
    make.registered(estate.xu, make.at("2025-03-15 10:00"))
    services.expire_due(at=make.at("2025-03-24 10:00"))
    assert Offer.objects.count() == 2
    assert held().holder == "pool"


def test_a_report_of_a_customer_in_the_pool_owns_at_once(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    services.expire_due(at=make.at("2025-03-11 00:01"))
    make.registered(estate.hengxin, make.at("2025-03-11 10:00"), company="恒信公司")
    assert story() == [
        ("e_xu", "registered", "expired"),
        ("pool", "expired", "claimed"),
        ("e_hengxin", "registered", None),
    ]


def test_while_somebody_else_is_asked_a_report_waits_and_is_next(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    make.registered(estate.anju, make.at("2025-03-04 10:00"), company="安居公司")
    report = make.registered(estate.hengxin, make.at("2025-03-11 10:00"), company="恒信公司")
    assert (report.registration.answer, held().holder) == ("taken", "pool")
    services.expire_due(at=make.at("2025-03-12 00:00"))
    assert Offer.objects.get(answer=None).to == estate.hengxin.user


# ── warnings ──


def test_owners_are_told_a_day_and_three_hours_before_once_each(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert services.warn_ending(at=make.at("2025-03-09 23:59")) == 0
    assert services.warn_ending(at=make.at("2025-03-10 00:00")) == 1
    assert services.warn_ending(at=make.at("2025-03-10 00:01")) == 0
    assert services.warn_ending(at=make.at("2025-03-10 21:00")) == 1
    assert services.warn_ending(at=make.at("2025-03-10 21:01")) == 0
    hours = [message.facts["hours"] for message in Message.objects.filter(kind="protection.ending").order_by("pk")]
    assert hours == [24, 3]


def test_many_that_end_together_are_one_message_without_a_whole_name(estate):
    for i in range(5):
        make.registered(estate.xu, make.at("2025-03-03 16:00"), number=f"1391234000{i}", name=f"张{i}")
    assert services.warn_ending(at=make.at("2025-03-10 22:00")) == 1
    told = Message.objects.get(kind="protection.ending")
    assert (told.facts, told.link) == ({"hours": 3, "n": 5, "names": "、".join(["张**"] * 5)}, "/me")


def test_an_extended_protection_is_warned_of_again(estate):
    terms(estate, extend_days=7, extend_on=("visit",))
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    services.warn_ending(at=make.at("2025-03-10 10:00"))
    moved = {"customer": make.customer(), "user": estate.xu.user, "why": "visit", "source": "x"}
    services.extend_on(project=estate.project, **moved, at=make.at("2025-03-10 12:00"))
    assert services.warn_ending(at=make.at("2025-03-17 10:00")) == 1
