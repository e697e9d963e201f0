"""How long a protection lasts, what moves its end (D11-M1a, D20-1c, G-04, G-22, G-23)."""

import pytest

from leads import services
from leads.models import Ownership, ProtectionChange
from leads.services import protection
from tests import make
from tests.protection import held, terms
from trail.history import mistakes as rewritten
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db


def extended(here, why, when, source="x"):
    return services.extend_on(
        project=here.project, customer=make.customer(), user=here.user, why=why, source=source, at=make.at(when)
    )


# ── counting days ──


def test_seven_days_are_seven_whole_local_days_after_the_first(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert held().protected_until == make.at("2025-03-11 00:00")


def test_the_last_second_still_counts_and_midnight_does_not(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    live = Ownership.objects.filter(user=estate.xu.user)
    assert live.live_at(make.at("2025-03-10 23:59:59")).exists()
    assert not live.live_at(make.at("2025-03-11 00:00")).exists()


# ── extension ──


def test_without_terms_for_it_nothing_extends(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert extended(estate.xu, "visit", "2025-03-05 10:00") is None
    assert held().protected_until == make.at("2025-03-11 00:00")


def test_a_visit_extends_from_its_own_day_and_is_no_tampering(estate):
    terms(estate, extend_days=7, extend_on=("visit",))
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    change = extended(estate.xu, "visit", "2025-03-05 10:00", source="DF-1")
    assert (change.was, change.becomes) == (make.at("2025-03-11 00:00"), make.at("2025-03-13 00:00"))
    assert (change.why, change.source, held().protected_until) == ("visit", "DF-1", change.becomes)
    assert list(rewritten()) == []


def test_a_call_renews_only_where_follow_ups_are_named(estate):
    terms(estate, extend_days=7, extend_on=("visit",))
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert extended(estate.xu, services.why_of("call"), "2025-03-05 10:00") is None
    terms(estate, extend_days=7, extend_on=("follow_up",))
    assert extended(estate.xu, services.why_of("call"), "2025-03-05 10:00") is not None


def test_an_extension_counts_as_often_as_the_terms_say(estate):
    terms(estate, extend_days=7, extend_on=("visit", "follow_up"), extend_limit=2)
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert extended(estate.xu, "visit", "2025-03-05 10:00")
    assert extended(estate.xu, "follow_up", "2025-03-06 10:00")
    assert extended(estate.xu, "visit", "2025-03-07 10:00") is None
    assert held().protected_until == make.at("2025-03-14 00:00")


def test_an_extension_never_brings_the_end_nearer_and_uses_nothing_up(estate):
    terms(estate, extend_days=2, extend_on=("visit",), extend_limit=1)
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert extended(estate.xu, "visit", "2025-03-04 10:00") is None
    assert extended(estate.xu, "visit", "2025-03-10 10:00").becomes == make.at("2025-03-13 00:00")


def test_what_others_do_and_what_comes_too_late_moves_nothing(estate):
    terms(estate, extend_days=7, extend_on=("visit",))
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert extended(estate.anju, "visit", "2025-03-05 10:00") is None
    assert extended(estate.xu, "visit", "2025-03-11 00:00") is None
    assert not ProtectionChange.objects.exists()


def test_a_sample_or_a_visit_holds_for_its_days_and_a_call_does_not(estate):
    terms(estate, sample_days=90)
    make.registered(estate.xu, make.at("2025-02-01 10:00"))
    assert extended(estate.xu, services.why_of("call"), "2025-02-02 10:00") is None
    assert extended(estate.xu, services.why_of("sample"), "2025-02-03 10:00").becomes == make.at("2025-05-05 00:00")
    assert extended(estate.xu, services.why_of("field_visit"), "2025-02-04 10:00").becomes == make.at(
        "2025-05-06 00:00"
    )


# ── two stages ──


def test_the_first_visit_begins_the_second_stage(estate):
    terms(estate, deal_days=30)
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert (held().stage, held().protected_until) == ("visit", make.at("2025-03-11 00:00"))
    change = extended(estate.xu, "visit", "2025-03-05 10:00")
    assert (change.why, held().stage, held().protected_until) == ("stage", "deal", make.at("2025-04-05 00:00"))
    assert extended(estate.xu, "visit", "2025-03-06 10:00") is None


def test_whoever_receives_an_unowned_visitor_begins_in_the_second_stage(estate):
    terms(estate, deal_days=30)
    make.on_duty(estate, estate.xu, make.at("2025-03-03 08:00"))
    make.arrived(estate, make.at("2025-03-03 10:00"))
    assert (held().user, held().stage, held().protected_until) == (estate.xu.user, "deal", make.at("2025-04-03 00:00"))


def test_a_signed_customer_does_not_run_out(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    services.sign_deal(
        here=estate.xu, customer=make.customer(), closer=estate.xu.user, amount_fen=100_00, commission_fen=0, designer=None,
        term_months=None, at=make.at("2025-03-05 10:00"),
    )  # fmt: skip
    assert held().protected_until is None
    services.expire_due(at=make.at("2026-03-05 10:00"))
    assert held().user == estate.xu.user


# ── a range with a decider ──


def decided(here, days, when, reason="客户要再看一次"):
    return services.decide_protection(here=here, customer=make.customer(), days=days, reason=reason, at=make.at(when))


def test_a_manager_decides_within_the_range_from_the_day_it_began(estate):
    terms(estate, protection_min=7, protection_max=10)
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    assert decided(estate.manager, 10, "2025-03-06 10:00").becomes == make.at("2025-03-14 00:00")
    assert Entry.objects.get(action="protection.decide").detail == {"days": 10}


@pytest.mark.parametrize(
    ("days", "reason", "code"),
    [(11, "要", "protection_out_of_range"), (6, "要", "protection_out_of_range"), (7, "一样长", "protection_shorter"),
     (9, " ", "reason_missing")],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused_with_a_sentence(estate, days, reason, code):
    terms(estate, protection_min=7, protection_max=10)
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    with pytest.raises(Refusal) as refused:
        decided(estate.manager, days, "2025-03-06 10:00", reason if code == "reason_missing" else "客户要再看一次")
    assert refused.value.code == code


def test_without_a_range_and_without_the_right_nobody_decides(estate):
    make.registered(estate.xu, make.at("2025-03-03 16:00"))
    for here, code in ((estate.manager, "protection_fixed"), (estate.xu, "protection_not_yours")):
        with pytest.raises(Refusal) as refused:
            decided(here, 8, "2025-03-06 10:00")
        assert refused.value.code == code


def test_what_a_contact_means_is_known_of_every_mode():
    from leads.models import Contact

    assert {protection.why_of(mode) for mode in Contact.Mode.values} == {"visit", "sample", "follow_up"}
