"""转交 and 客户归属协议 (D05-4.2b2, D05-4.2c): with consent or approval, never on one's own; and what a case reads of it."""

from datetime import timedelta

import pytest

from arbitration import services as arbitration
from arbitration.casefile import build
from arbitration.cases.proposals import propose
from arbitration.models import Collision
from leads import services
from leads.models import Deed, Ownership, Transfer
from tests import make
from trail.history import mistakes as rewritten
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = make.at("2025-04-28 14:05")


@pytest.fixture
def owned(store):
    """李强 follows a customer."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    return store


def asked(here, to, consent="department", reason="客户搬到城东了", when=NOW):
    return services.ask_transfer(
        here=here, customer=make.customer(), to=to.user, consent=consent, reason=reason, at=when
    )


def decided(here, transfer, approve=True, reason="", when=NOW):
    return services.decide_transfer(here=here, transfer=transfer, approve=approve, reason=reason, at=when)


def refused(act, *given, **more):
    with pytest.raises(Refusal) as trouble:
        act(*given, **more)
    return trouble.value.code


def owner():
    return Ownership.objects.open().get(customer=make.customer()).user


def test_with_the_customer_s_consent_the_customer_changes_hands_at_once(owned):
    done = asked(owned.li, owned.wang, "customer", "电话里同意的")
    assert (done.state, owner()) == ("done", owned.wang.user)
    assert Ownership.objects.open().get(customer=make.customer()).source == done.no
    assert Message.objects.get(kind="transfer.done").to == str(owned.wang.user.pk)
    assert list(rewritten()) == []


def test_without_consent_the_department_decides(owned):
    transfer = asked(owned.li, owned.wang)
    assert (transfer.state, owner()) == ("asked", owned.li.user)
    told = set(Message.objects.waiting().filter(kind="transfer.asked").values_list("to", flat=True))
    assert told == {str(owned.manager.user.pk), str(owned.general.user.pk)}
    decided(owned.manager, transfer)
    assert owner() == owned.wang.user
    assert not Message.objects.waiting().filter(kind="transfer.asked").exists()


def test_the_department_says_no_with_a_reason(owned):
    transfer = asked(owned.li, owned.wang)
    assert refused(decided, owned.manager, transfer, approve=False) == "reason_missing"
    decided(owned.manager, transfer, approve=False, reason="王芳的客户已经太多")
    transfer.refresh_from_db()
    assert (transfer.state, transfer.decision, owner()) == ("refused", "王芳的客户已经太多", owned.li.user)
    assert refused(decided, owned.general, transfer) == "transfer_decided"


def test_nobody_hands_a_customer_over_on_their_own_and_the_try_is_on_record(owned):
    """D05-4.2b2/T1: blocked, breach noted."""
    assert refused(asked, owned.li, owned.wang, "") == "transfer_private"
    told = services.refuse_private(here=owned.li, customer=make.customer(), to=owned.wang.user, at=NOW)
    assert (told.code, owner()) == ("transfer_private", owned.li.user)
    assert Entry.objects.get(action="transfer.blocked").detail == {"to": owned.wang.user.pk}


def test_what_cannot_be_handed_over_is_refused(owned):
    assert refused(asked, owned.wang, owned.zhao) == "not_yours"
    assert refused(asked, owned.li, owned.li) == "taker_unknown"
    assert refused(asked, owned.li, owned.designer) == "taker_unknown"
    assert refused(asked, owned.li, owned.wang, reason=" ") == "reason_missing"
    asked(owned.li, owned.wang)
    assert refused(asked, owned.li, owned.zhao) == "transfer_waits"


def test_a_salesperson_approves_nothing_and_nobody_their_own(owned):
    transfer = asked(owned.li, owned.wang)
    assert refused(decided, owned.zhao, transfer) == "not_yours"
    make.person("manager2", "何静二", "manager", owned.project)
    Transfer.objects.filter(pk=transfer.pk).update(taker=owned.manager.user)
    assert refused(decided, owned.manager, transfer) == "recused"


def test_while_a_case_is_open_nobody_hands_the_customer_over(owned):
    transfer = asked(owned.li, owned.zhao)
    make.registered(owned.wang, make.at("2025-04-20 10:00"))
    assert refused(decided, owned.manager, transfer) == "case_open"
    services.withdraw_transfer(here=owned.li, transfer=transfer, at=NOW)
    assert refused(asked, owned.li, owned.wang, "customer") == "case_open"


def test_whoever_lost_the_customer_hands_nobody_over(owned):
    transfer = asked(owned.li, owned.wang)
    services.allocate(here=owned.manager, customer=make.customer(), to=owned.zhao.user, reason="另有安排", at=NOW)
    transfer.refresh_from_db()
    assert transfer.state == "withdrawn"
    assert refused(decided, owned.manager, transfer) == "transfer_decided"


def test_the_one_who_asked_takes_it_back(owned):
    transfer = asked(owned.li, owned.wang)
    assert refused(services.withdraw_transfer, here=owned.wang, transfer=transfer, at=NOW) == "not_yours"
    services.withdraw_transfer(here=owned.li, transfer=transfer, at=NOW)
    assert refused(decided, owned.manager, transfer) == "transfer_decided"


# ── the deed ──


SIGNED = make.at("2025-04-25 09:00")


def entered(here, user, when=NOW, signed=SIGNED):
    return services.enter_deed(
        here=here, customer=make.customer(), user=user.user, signed_at=signed, terms="城东三个店都算", at=when
    )


def test_a_deed_of_the_owner_is_kept_and_changes_nothing(owned):
    deed = entered(owned.manager, owned.li)
    assert (deed.no[:2], owner(), Collision.objects.count()) == ("XY", owned.li.user, 0)


def test_a_deed_of_somebody_else_opens_a_case(owned):
    deed = entered(owned.manager, owned.wang)
    case = Collision.objects.get()
    assert (case.trigger, case.source) == ("deed", deed.no)
    assert {claim.user for claim in case.claims.all()} == {owned.li.user, owned.wang.user}


def test_a_deed_for_a_free_customer_gives_them(owned):
    services.release_to_pool(here=owned.li, customer=make.customer(), reason="不跟了", at=NOW)
    deed = entered(owned.manager, owned.wang)
    assert (owner(), Ownership.objects.open().get().source) == (owned.wang.user, deed.no)


def test_what_is_no_deed_is_refused(owned):
    assert refused(entered, owned.li, owned.li) == "not_yours"
    assert refused(entered, owned.manager, owned.designer) == "taker_unknown"
    assert refused(entered, owned.manager, owned.li, signed=NOW + timedelta(days=1)) == "signed_later"
    assert not Deed.objects.exists()


# ── what a case reads ──


@pytest.fixture
def governed(estate):
    """A project under the CRM policy (D05)."""
    arbitration.put_in_force(
        project=estate.project,
        policy=arbitration.publish("crm-ownership", at=make.LONG_AGO),
        by="tests",
        at=make.LONG_AGO,
    )
    make.registered(estate.xu, make.at("2025-01-15 10:00"))
    estate.project.refresh_from_db()
    return estate


def test_the_deed_decides_over_an_earlier_record(governed):
    """D05-4.2c/T1: a deed with A, whom B's earlier record does not beat."""
    other = make.person("e_zhu", "朱明", "salesperson", governed.project)
    services.enter_deed(
        here=governed.manager, customer=make.customer(), user=other.user, signed_at=make.at("2025-01-16 09:00"), terms="",
        at=make.at("2025-01-17 09:00"),
    )  # fmt: skip
    case = Collision.objects.get()
    proposal = propose(case, make.at("2025-01-18 09:00"))
    assert proposal.status == "decided"
    assert proposal.owner() == ("person", other.user.pk)
    events = build(case, "crm-ownership", make.at("2025-01-18 09:00")).case["events"]
    (deed,) = [event for event in events if event["type"] == "deed"]
    assert deed["claimed_at"] == "2025-01-16T09:00:00+08:00"


@pytest.mark.parametrize("consent", ["customer", "department"])
def test_a_transfer_stands_in_the_case_with_what_allowed_it(governed, consent):
    """D05-4.2b2: the owner's hand-over with consent or approval gives the title."""
    other, third = (make.person(name, name, "salesperson", governed.project) for name in ("e_zhu", "e_lin"))
    transfer = services.ask_transfer(
        here=governed.xu,
        customer=make.customer(),
        to=other.user,
        consent=consent,
        reason="换区",
        at=make.at("2025-01-16 09:00"),
    )
    if consent == "department":
        decided(governed.manager, transfer, when=make.at("2025-01-16 10:00"))
    make.registered(third, make.at("2025-01-17 10:00"))
    proposal = propose(Collision.objects.get(), make.at("2025-01-18 09:00"))
    assert proposal.owner() == ("person", other.user.pk)
    found = {finding["clause"]: finding["result"] for finding in proposal.ruling["findings"]}
    assert found["D05-4.2b2"] == "allowed"
