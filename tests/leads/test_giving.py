"""A customer handed over to another company, or given to it by the clean-up: with ground and notice, on record (PIPL 23)."""

import re

import pytest

from arbitration.models import Collision
from leads import services
from leads.models import Deed, Ownership, Provision, Transfer
from leads.privacy.giving import clean_up_customers, decide_told, deed_told, transfer_told
from people.models import Membership
from tests import make
from tests.people.routines import laid_out
from tests.programs import program
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TOLD = {"ground": "consent", "told": "11 月 3 日签了授权书", "reached": "上海市某路 1 号"}
LACKING = (
    ({}, "高翔是安居公司的人：选根据什么把客户给别的公司"), ({**TOLD, "told": ""}, "写明这一项"),
    ({**TOLD, "reached": ""}, "写明这一项"), ({**TOLD, "told": f"打了{make.PHONE}"}, "号码"),
)  # fmt: skip


@pytest.fixture
def owned(estate):
    """许平, of the house, follows a customer."""
    make.registered(estate.xu, make.at("2025-04-25 10:00"))
    return estate


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def owner():
    held = Ownership.objects.open().filter(customer=make.customer()).first()
    return held and held.user


def asked(owned, consent, **more):
    given = {"to": owned.anju.user, "consent": consent, "reason": "客户要找他"}
    return transfer_told(here=owned.xu, customer=make.customer(), at=make.MOMENT, **given, **more)


def refused(act, *given, **more):
    with pytest.raises(Refusal) as trouble:
        act(*given, **more)
    return trouble.value.code


# ── a transfer ──


def test_the_page_of_a_transfer_asks_what_the_law_asks_and_refuses_without(owned, signed_in):
    client, url = signed_in(owned.xu), f"/customers/{make.customer().pk}/transfer"
    assert "根据什么给别的公司" in text(client.get(url))
    assert "高翔 · 安居公司" in text(client.get(url))
    given = {"to": owned.anju.user.pk, "consent": "customer", "reason": "电话里同意的"}
    for lacking, sentence in LACKING:
        answer = client.post(url, given | lacking)
        assert (answer.status_code, sentence in text(answer)) == (422, True), lacking
    assert (owner(), Provision.objects.count(), Transfer.objects.count()) == (owned.xu.user, 0, 0)
    assert client.post(url, given | TOLD).status_code == 302
    row = Provision.objects.get()
    assert (row.recipient, row.ground, row.told, row.by) == ("安居公司", "consent", TOLD["told"], owned.xu.user)
    assert (owner(), row.customer) == (owned.anju.user, make.customer())


def test_what_waits_for_the_department_is_on_record_once_it_is_approved(owned, signed_in):
    assert refused(asked, owned, "department") == "provision_missing"
    assert refused(asked, owned, "department", **{**TOLD, "told": f"打了{make.PHONE}"}) == "number_in_words"
    transfer = asked(owned, "department", **TOLD)
    assert (owner(), Provision.objects.count()) == (owned.xu.user, 0)
    page = text(signed_in(owned.manager).get("/transfers"))
    assert "给别的公司：本人单独同意" in page
    assert TOLD["told"] in page
    signed_in(owned.manager).post(f"/transfers/{transfer.no}/decide", {"approve": "yes"})
    row = Provision.objects.get()
    assert (row.told, row.reached, row.by) == (TOLD["told"], TOLD["reached"], owned.manager.user)
    assert owner() == owned.anju.user


def test_a_transfer_that_is_not_approved_gives_nothing(owned):
    transfer = asked(owned, "department", **TOLD)
    decide_told(here=owned.manager, transfer=transfer, approve=False, reason="他客户太多", at=make.MOMENT)
    assert (owner(), Provision.objects.count()) == (owned.xu.user, 0)


def test_who_went_over_to_an_agency_meanwhile_gets_nobody_without_a_ground(owned):
    other = make.person("e_zhu", "朱明", "salesperson", owned.project)
    given = {"customer": make.customer(), "to": other.user, "consent": "department", "reason": "换区"}
    transfer = transfer_told(here=owned.xu, at=make.MOMENT, **given)
    Membership.objects.filter(user=other.user).update(role="agent", organisation=owned.anju.organisation)
    decided = {"here": owned.manager, "transfer": transfer, "at": make.MOMENT}
    with pytest.raises(Refusal) as trouble:
        decide_told(**decided, approve=True, reason="")
    assert "朱明是安居公司的人，转交里没写根据什么" in str(trouble.value.sentence)
    assert (owner(), Provision.objects.count()) == (owned.xu.user, 0)
    assert decide_told(**decided, approve=False, reason="没写根据").state == "refused"


def test_no_transfer_goes_to_another_company_in_silence(owned):
    given = {"here": owned.xu, "customer": make.customer(), "to": owned.anju.user, "reason": "找他", "at": make.MOMENT}
    for consent in ("customer", "department"):
        assert refused(services.ask_transfer, consent=consent, **given) == "provision_missing"
    assert refused(services.ask_transfer, consent="customer", **given, **TOLD) == "provision_missing"
    waiting = services.ask_transfer(consent="department", **given, **TOLD)
    decided = {"here": owned.manager, "transfer": waiting, "approve": True, "reason": "", "at": make.MOMENT}
    assert refused(services.decide_transfer, **decided) == "provision_missing"
    assert owner() == owned.xu.user


def test_within_the_house_and_within_an_agency_nothing_of_this_is_asked(owned, store, signed_in):
    make.registered(store.li, make.at("2025-04-25 10:00"), number="13800000003")
    page = text(signed_in(store.li).get(f"/customers/{make.customer('13800000003').pk}/transfer"))
    assert "根据什么给别的公司" not in page
    make.registered(owned.anju, make.at("2025-04-25 10:00"), number="13800000002", company="安居公司")
    other = make.person("anju2", "高远", "agent", owned.project, organisation=owned.anju.organisation)
    client, url = signed_in(owned.anju), f"/customers/{make.customer('13800000002').pk}/transfer"
    assert "根据什么给别的公司" not in text(client.get(url))
    given = {"to": other.user.pk, "consent": "customer", "reason": "电话里同意的"}
    assert client.post(url, given).status_code == 302
    assert (Transfer.objects.get().state, Provision.objects.count()) == ("done", 0)


def test_a_program_hands_a_customer_over_with_ground_and_notice(owned):
    path, mine = f"customers/{make.customer().pk}/transfer", program(owned.xu)
    given = {"to": owned.anju.user.pk, "consent": "department", "reason": "换区"}
    answer = mine.post(path, given)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "provision_missing", "ground")
    assert mine.post(path, {**given, "ground": "whim"}).json()["field"] == "ground"
    line = mine.post(path, given | TOLD).json()
    assert (line["state"], line["ground"], line["told"]) == ("asked", "consent", TOLD["told"])
    boss = program(owned.manager)
    assert boss.post(f"transfers/{line['no']}/decide", {"approve": True}).json()["state"] == "done"
    (kept,) = boss.get(f"customers/{make.customer().pk}/provisions").json()["results"]
    assert (kept["recipient"], kept["told"]) == ("安居公司", TOLD["told"])


# ── an ownership agreement ──


@pytest.fixture
def free(owned):
    """A customer whom nobody follows."""
    services.release_to_pool(here=owned.xu, customer=make.customer(), reason="不跟了", at=make.MOMENT)
    return owned


def test_an_agreement_gives_a_free_customer_to_an_agent_with_ground_and_notice_only(free, signed_in):
    client, url = signed_in(free.manager), f"/customers/{make.customer().pk}/deed"
    page = text(client.get(url))
    assert "根据什么给别的公司" in page
    assert "高翔 · 安居公司" in page
    given = {"user": free.anju.user.pk, "signed_on": "2025-04-25", "terms": "两处都算"}
    for lacking, sentence in LACKING:
        answer = client.post(url, given | lacking)
        assert (answer.status_code, sentence in text(answer)) == (422, True), lacking
    assert (owner(), Provision.objects.count(), Deed.objects.count()) == (None, 0, 0)
    assert client.post(url, given | TOLD).status_code == 302
    row = Provision.objects.get()
    assert (row.recipient, row.ground, row.told, row.by) == ("安居公司", "consent", TOLD["told"], free.manager.user)
    assert (owner(), Deed.objects.get().user) == (free.anju.user, free.anju.user)


def test_no_agreement_gives_a_free_customer_to_another_company_in_silence(free):
    given = {"here": free.manager, "customer": make.customer(), "signed_at": make.at("2025-04-25 09:00"), "terms": ""}
    assert refused(services.enter_deed, user=free.anju.user, at=make.MOMENT, **given) == "provision_missing"
    services.enter_deed(user=free.xu.user, at=make.MOMENT, **given)
    assert (owner(), Provision.objects.count()) == (free.xu.user, 0)


def test_an_agreement_against_somebody_elses_claim_gives_nobody_anything_yet(owned):
    given = {"here": owned.manager, "customer": make.customer(), "signed_at": make.at("2025-04-25 09:00"), "terms": ""}
    deed_told(user=owned.anju.user, at=make.MOMENT, **given)
    assert (owner(), Provision.objects.count(), Collision.objects.get().trigger) == (owned.xu.user, 0, "deed")


def test_a_program_enters_an_agreement_of_an_agent_with_ground_and_notice(free):
    path, boss = f"customers/{make.customer().pk}/deed", program(free.manager)
    given = {"user": free.anju.user.pk, "signed_on": "2025-04-25"}
    answer = boss.post(path, given)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "provision_missing", "ground")
    assert boss.post(path, given | TOLD).status_code == 200
    (kept,) = boss.get(f"customers/{make.customer().pk}/provisions").json()["results"]
    assert (kept["recipient"], kept["told"], owner()) == ("安居公司", TOLD["told"], free.anju.user)


# ── the clean-up ──


@pytest.fixture
def cleaned(owned, signed_in):
    """The month's clean-up on its page, with a customer whom 许平 has followed since December; gives the act on them."""
    make.terms(owned.project, protection_days=None)
    owned.xu.project.refresh_from_db()
    make.registered(owned.xu, make.at("2024-12-01 10:00"), number="13800000001")
    row, client = laid_out(owned, "clean_up", "2025-04-28 08:00"), signed_in(owned.manager)

    def act(**said):
        sent = {"customers": [make.customer("13800000001").pk], "to": owned.anju.user.pk, **said}
        return text(client.post(f"/work/{row.pk}/customers", sent, follow=True))

    assert "高翔 · 安居公司" in act(customers=[])
    return act


def long_held():
    return Ownership.objects.open().get(customer=make.customer("13800000001")).user


def test_the_clean_up_gives_an_agent_a_customer_with_ground_and_notice_only(owned, cleaned):
    for lacking, sentence in LACKING:
        assert sentence in cleaned(**lacking), lacking
    assert (long_held(), Provision.objects.count()) == (owned.xu.user, 0)
    cleaned(**TOLD)
    row = Provision.objects.get()
    assert (row.recipient, row.told, row.by) == ("安居公司", TOLD["told"], owned.manager.user)
    assert long_held() == owned.anju.user


def test_a_clean_up_says_which_words_are_too_long_and_moves_nobody(owned, cleaned):
    assert "100" in cleaned(**{**TOLD, "told": "长" * 101})
    assert "选要处理的客户，再选分给谁" in cleaned(customers=[])
    assert (long_held(), Provision.objects.count()) == (owned.xu.user, 0)


def test_several_customers_are_each_on_record(owned):
    numbers = ("13800000001", "13800000002")
    for number in numbers:
        make.registered(owned.xu, make.at("2025-04-25 10:00"), number=number)
    customers = [make.customer(number).pk for number in numbers]
    given = {"here": owned.manager, "customers": customers, "to": owned.anju.user, "at": make.MOMENT}
    assert clean_up_customers(**given, **TOLD) == (2, [])
    assert set(Provision.objects.values_list("customer", flat=True)) == set(customers)
