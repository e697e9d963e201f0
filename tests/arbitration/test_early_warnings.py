"""D05-4.3a (G-12, G-13, X-17): two people are warned before both are after one customer; grouped, and an agency learns nothing."""

from datetime import timedelta

import pytest

from arbitration import services
from arbitration.cases import warnings
from arbitration.models import Collision, EarlyWarning
from leads.models import Relation
from leads.services import add_number, add_task, answer_question, log_contact
from tests import make
from trail.models import Message
from trail.refusals import Refusal
from visits.services import expect

pytestmark = pytest.mark.django_db
FIRST, NOW = make.at("2025-04-01 10:00"), make.at("2025-04-03 10:00")
DAY = timedelta(days=1)
MASK, OTHER = "139****3333", "13700000000"


def told(here):
    """How many customers each message to somebody counts."""
    return [m.facts["n"] for m in Message.objects.to(here.user.pk).filter(kind="collision.warning").order_by("pk")]


def noticed():
    return set(EarlyWarning.objects.values_list("by__username", "owner__username", "cause"))


def company(store):
    """A company that 李强 follows, and a contact of it whom nobody follows any more."""
    firm = make.registered(
        store.li, FIRST, number="13600000001", name="宏达建材有限公司", kind="company"
    ).registration.customer
    one = make.registered(store.sun, FIRST, number=OTHER, name="李红", honorific="女士").registration.customer
    Relation.objects.create(customer=firm, other=one, kind="contact", declared_at=FIRST, by=store.li.user)
    one.ownerships.update(until=FIRST)
    EarlyWarning.objects.all().delete()
    Message.objects.all().delete()


def contact(here, customer, at=NOW, confirmed=True):
    return log_contact(here=here, customer=customer, mode="call", at=at, confirmed=confirmed)


def coming(store, here, customer, at=NOW):
    return expect(here=here, customer=customer, site=store.site, on=at.date(), about=None, present=True, note="", at=at)


class TestAReport:
    def test_of_a_number_that_may_hide_anothers_customer_warns_both_and_the_manager_at_once(self, store):
        make.registered(store.li, FIRST)
        make.registered(store.wang, NOW, number=MASK, name="张")
        assert noticed() == {("wang", "li", "mask")}
        assert [told(here) for here in (store.li, store.wang, store.manager, store.sun)] == [[1], [1], [1], []]
        assert set(Message.objects.filter(kind="collision.warning").values_list("at", flat=True)) == {NOW}

    def test_whose_last_digit_and_name_differ_warns_nobody(self, store):
        make.registered(store.li, FIRST)
        make.registered(store.wang, NOW, number="13912343334", name="赵云")
        assert not EarlyWarning.objects.exists()

    def test_of_the_same_name_alone_warns_nobody(self, store):
        make.registered(store.li, FIRST)
        make.registered(store.wang, NOW, number=OTHER)
        assert not EarlyWarning.objects.exists()

    def test_that_opens_a_case_warns_nobody_beside_it(self, store):
        make.registered(store.li, FIRST)
        make.registered(store.wang, NOW)
        assert Collision.objects.exists()
        assert not EarlyWarning.objects.exists()

    def test_of_somebody_of_a_company_that_another_follows_warns(self, store):
        company(store)
        make.registered(store.wang, NOW, number=OTHER, name="李红", honorific="女士")
        assert noticed() == {("wang", "li", "unit")}
        assert [told(here) for here in (store.li, store.wang, store.manager)] == [[1], [1], [1]]

    def test_by_an_agency_tells_the_agency_nothing(self, estate):
        make.registered(estate.xu, FIRST)
        make.registered(estate.anju, NOW, number=MASK, name="张")
        assert noticed() == {("e_anju", "e_xu", "mask")}
        assert [told(here) for here in (estate.anju, estate.xu, estate.manager)] == [[], [1], [1]]
        assert not any(word in str(m) for m in Message.objects.all() for word in ("高翔", "安居", "许平", "139"))


class TestAPlan:
    def test_to_have_anothers_customer_come_warns_all_three(self, store):
        customer = make.registered(store.li, FIRST).registration.customer
        make.registered(store.wang, FIRST, number=MASK, name="张")
        add_task(here=store.wang, customer=customer, what="打电话", due_at=NOW + DAY, at=NOW)
        assert ("wang", "li", "plan") in noticed()

    def test_that_a_manager_makes_for_somebody_warns_nobody(self, store):
        customer = make.registered(store.li, FIRST).registration.customer
        add_task(here=store.manager, customer=customer, what="打电话", due_at=NOW + DAY, at=NOW, user=store.wang.user)
        assert not EarlyWarning.objects.exists()

    def test_about_ones_own_customer_warns_nobody(self, store):
        customer = make.registered(store.li, FIRST).registration.customer
        coming(store, store.li, customer)
        contact(store.li, customer)
        assert not EarlyWarning.objects.exists()

    def test_for_whom_a_case_waits_warns_nobody(self, store):
        customer = make.registered(store.li, FIRST).registration.customer
        make.registered(store.wang, FIRST)
        coming(store, store.wang, customer)
        assert not EarlyWarning.objects.exists()


class TestAContact:
    def test_with_anothers_customer_is_told_to_the_manager_the_two_hear_of_it_anyway(self, store):
        customer = make.registered(store.li, FIRST).registration.customer
        with pytest.raises(Refusal, match="confirm_contact"):
            contact(store.wang, customer, confirmed=False)
        assert not EarlyWarning.objects.exists()
        contact(store.wang, customer)
        assert noticed() == {("wang", "li", "contact")}
        assert [told(here) for here in (store.li, store.wang, store.manager)] == [[], [], [1]]
        assert Message.objects.to(store.li.user.pk).filter(kind="contact.other").exists()

    def test_by_who_does_not_sell_is_no_rival(self, store):
        customer = make.registered(store.li, FIRST).registration.customer
        contact(store.manager, customer)
        assert not EarlyWarning.objects.exists()


def test_a_further_number_that_is_anothers_customers_warns_who_follows_them(store):
    mine = make.registered(store.li, FIRST).registration.customer
    make.registered(store.wang, FIRST, number=OTHER, name="李红", honorific="女士")
    add_number(here=store.li, customer=mine, number=OTHER, proof="客户自己说的", at=NOW)
    assert noticed() == {("li", "wang", "whole")}


# ── grouped ──


def three_customers(store):
    customers = [make.registered(store.li, FIRST, number=f"1380000000{n}").registration.customer for n in range(3)]
    Message.objects.all().delete()
    return customers


def test_one_message_a_day_and_pair_whose_number_grows(store):
    for customer in three_customers(store):
        add_task(here=store.wang, customer=customer, what="打电话", due_at=NOW + DAY, at=NOW)
        add_task(here=store.wang, customer=customer, what="再打", due_at=NOW + DAY, at=NOW)  # the same again is no news
    assert [told(here) for here in (store.li, store.wang, store.manager)] == [[3], [3], [3]]
    add_task(here=store.zhao, customer=customer, what="打电话", due_at=NOW + DAY, at=NOW)
    assert [told(here) for here in (store.li, store.wang, store.zhao, store.manager)] == [[3, 1], [3], [1], [4]]
    assert set(EarlyWarning.objects.filter(by=store.wang.user).values_list("times", flat=True)) == {2}


def test_a_message_that_grows_is_unread_again(store):
    one, two, _three = three_customers(store)
    add_task(here=store.wang, customer=one, what="打电话", due_at=NOW + DAY, at=NOW)
    Message.objects.update(read_at=NOW)
    add_task(here=store.wang, customer=two, what="打电话", due_at=NOW + DAY, at=NOW + timedelta(hours=1))
    assert set(Message.objects.filter(kind="collision.warning").values_list("read_at", "at")) == {
        (None, NOW + timedelta(hours=1))
    }


def test_the_next_day_is_told_anew_unless_somebody_has_looked_at_it(store):
    one, two, _three = three_customers(store)
    for customer in (one, two):
        add_task(here=store.wang, customer=customer, what="打电话", due_at=NOW + 9 * DAY, at=NOW)
    warning = EarlyWarning.objects.get(customer=one)
    assert services.dismiss_warning(here=store.manager, warning=warning, whole_pair=False, at=NOW) == 1
    for customer in (one, two):
        add_task(here=store.wang, customer=customer, what="打电话", due_at=NOW + 9 * DAY, at=NOW + DAY)
    assert [told(here) for here in (store.li, store.manager)] == [[2, 1], [2, 1]]


# ── the page ──


@pytest.fixture
def warned(store):
    for customer in three_customers(store):
        add_task(here=store.wang, customer=customer, what="打电话", due_at=NOW + DAY, at=NOW)
    return list(EarlyWarning.objects.order_by("pk"))


def test_what_is_to_be_looked_at_stands_two_people_together(store, warned):
    add_task(here=store.zhao, customer=warned[0].customer, what="打电话", due_at=NOW + DAY, at=NOW + DAY / 2)
    pairs = warnings.pairs(warnings.shown(warnings.rows(store.manager, NOW + DAY)))
    assert [(pair.by.username, pair.owner.username, len(pair.warnings)) for pair in pairs] == [
        ("zhao", "li", 1),
        ("wang", "li", 3),
    ]


def test_a_warning_is_over_when_a_case_opens_a_person_answers_or_a_month_has_passed(store, warned):
    def left(at=NOW):
        return warnings.rows(store.manager, at).count()

    assert (left(), left(NOW + 30 * DAY)) == (3, 0)
    make.registered(store.wang, NOW, number="13800000000")
    assert left() == 2
    make.registered(store.zhao, NOW, number="138****0001", name="张")
    assert left() == 3
    question = EarlyWarning.objects.get(cause="mask").registration.questions.get()
    answer_question(here=store.desk, question=question, same=None, why="问过了", at=NOW)
    assert left() == 2


def test_who_rules_dismisses_one_or_the_pair_and_only_once(store, warned):
    for here in (store.li, store.wang, store.desk, store.finance):
        with pytest.raises(Refusal, match="not_yours_to_rule"):
            services.dismiss_warning(here=here, warning=warned[0], whole_pair=False, at=NOW)
    assert services.dismiss_warning(here=store.manager, warning=warned[0], whole_pair=False, at=NOW) == 1
    with pytest.raises(Refusal, match="dismissed"):
        services.dismiss_warning(here=store.manager, warning=warned[0], whole_pair=False, at=NOW)
    assert services.dismiss_warning(here=store.manager, warning=warned[1], whole_pair=True, at=NOW) == 2
    assert not warnings.rows(store.manager, NOW).exists()


def test_the_page_shows_no_number_and_dismisses(store, signed_in, at_noon, warned):
    client = signed_in(store.manager)
    page = client.get("/cases/warnings").content.decode()
    assert "王芳 → 李强" in page
    assert "张建国" not in page
    assert "1380000" not in page
    assert client.post(f"/cases/warnings/{warned[0].pk}/dismiss", {"all": "1"}).url == "/cases/warnings"
    assert "没有要看的预警" in client.get("/cases/warnings").content.decode()
    again = client.post(f"/cases/warnings/{warned[0].pk}/dismiss")
    assert again.status_code == 409
    assert "已经有人看过了" in again.content.decode()
    assert signed_in(store.li).get("/cases/warnings").status_code == 404


def test_a_warning_of_another_project_is_not_there(estate, store, signed_in, at_noon, warned):
    assert signed_in(estate.manager).post(f"/cases/warnings/{warned[0].pk}/dismiss").status_code == 404
    assert not warnings.rows(estate.manager, NOW).exists()
