"""A visitor's number is on record under another name: reception goes on, nobody is told, and a person is asked (G-12)."""

import pytest

from arbitration.models import Collision
from leads.models import Customer, IdentityQuestion, NotebookEntry, Ownership, Registration
from leads.services import answer_question, merge
from tests import make
from trail.models import Message
from visits import services
from visits.models import Visit

pytestmark = pytest.mark.django_db
LATER = make.at("2025-04-28 16:00")


def other_name(store, **more):
    """李强 follows 张建国; 王小明 comes with the same number."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    return make.arrived(store, make.MOMENT, name="王小明", honorific="", **more)


def answered(store, same):
    question = IdentityQuestion.objects.get()
    return answer_question(
        here=store.desk, question=question, same=make.customer() if same else None, why="看了身份证", at=LATER
    )


def test_the_earlier_record_keeps_priority_and_a_person_is_asked(store):
    visit = other_name(store)
    assert (visit.customer.name, visit.name) == ("张建国", "王小明")
    assert visit.receptions.get().by == store.li.user
    question = IdentityQuestion.objects.get()
    assert (question.reason, question.visit, question.answer) == ("same_phone_other_name", visit.no, None)
    assert question.customer.name == "王小明"
    assert Message.objects.filter(kind="identity.asked", to=str(store.desk.user.pk)).exists()


def test_a_name_that_fits_asks_nothing(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.arrived(store, make.MOMENT, name="张先生", honorific="")
    assert not IdentityQuestion.objects.exists()


def test_the_desk_says_nothing_of_it(store, signed_in, at_noon):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    given = {"name": "王小明", "phone": make.PHONE, "invited_by": "none", "asked_for": "none", "first_time": "first"}
    page = signed_in(store.desk).post("/desk/check-in", given, follow=True).content.decode()
    assert "DF-250428-" in page
    assert "核实" not in page.split("<main")[1]


def test_the_same_name_again_is_not_asked_twice(store):
    other_name(store)
    make.arrived(store, LATER, name="王小明", honorific="")
    assert IdentityQuestion.objects.count() == 1


def test_no_case_opens_before_it_is_known_who_came(store):
    other_name(store, invited_by=store.wang.user)
    assert not Collision.objects.exists()
    answered(store, same=True)
    assert Collision.objects.get().customer.name == "张建国"


def test_the_same_person_is_one_record_with_the_visit(store):
    visit = other_name(store)
    answered(store, same=True)
    visit.refresh_from_db()
    assert visit.customer == make.customer()
    assert Customer.objects.filter(merged_into=None).count() == 1
    assert not Collision.objects.exists()


def test_merging_the_two_records_answers_the_question_and_catches_up_with_the_visit(store):
    """As an answer does: the masked report is bound, and who was named contests what 李强 has."""
    visit = other_name(store, invited_by=store.wang.user)
    assert not Collision.objects.exists()
    waiting = IdentityQuestion.objects.get(visit=visit.no)
    merge(here=store.manager, kept=make.customer(), merged=waiting.customer, reason="看了身份证", at=LATER)
    waiting.refresh_from_db()
    assert (waiting.answer, waiting.answered_by) == ("same", store.manager.user)
    case = Collision.objects.get()
    assert (case.customer, case.source) == (make.customer(), visit.no)
    assert {claim.user for claim in case.claims.all()} == {store.li.user, store.wang.user}


def test_somebody_else_takes_their_visit_with_them_and_is_their_receivers(store):
    visit = other_name(store, hand_to=store.zhao.user)
    answered(store, same=False)
    visit.refresh_from_db()
    assert visit.customer.name == "王小明"
    assert [phone.e164 for phone in visit.customer.phones.all()] == [f"+86{make.PHONE}"]
    assert NotebookEntry.objects.get(source=visit.no).customer == visit.customer
    held = Ownership.objects.open().get(customer=visit.customer)  # 赵磊 stood in for whoever follows the other customer
    assert (held.source, held.user) == (visit.no, store.zhao.user)
    assert Ownership.objects.open().get(customer=make.customer()).user == store.li.user
    again = make.arrived(store, LATER, name="王小明", honorific="")
    assert again.customer == visit.customer
    assert IdentityQuestion.objects.count() == 1


def test_a_stranger_is_whoever_s_received_them_and_not_whoever_s_was_called_in_vain(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT, name="王小明", honorific="")
    services.pass_on_due(at=make.at("2025-04-28 14:06"))
    answered(store, same=False)
    visit.refresh_from_db()
    assert [row.by for row in visit.receptions.order_by("pk")] == [store.li.user, store.wang.user]
    assert Ownership.objects.open().get(customer=visit.customer).user == store.wang.user


def test_a_masked_report_of_the_stranger_waits_for_the_answer(store):
    make.registered(store.wang, make.at("2025-04-02 10:00"), number="139****3333", name="王", honorific="先生")
    visit = other_name(store)
    masked = Registration.objects.get(masked=True)
    assert masked.customer is None
    for question in IdentityQuestion.objects.exclude(visit=visit.no):
        question.delete()
    answered(store, same=False)
    masked.refresh_from_db()
    assert masked.customer == Visit.objects.get().customer
    assert Ownership.objects.open().get(customer=masked.customer).user == store.wang.user


def test_who_was_named_or_follows_hears_that_the_customer_is_received(store):
    """D03-2.1b, D01-2.s2/T1: in the transaction of the check-in; the owner hears by whom, the others only that somebody does."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.arrived(store, make.MOMENT, asked_for=store.wang.user, hand_to=store.zhao.user)
    told = {m.to: m for m in Message.objects.filter(kind="visit.elsewhere")}
    assert set(told) == {str(store.li.user.pk), str(store.wang.user.pk)}
    assert told[str(store.li.user.pk)].facts["who"] == "赵磊"
    assert "接待" in told[str(store.wang.user.pk)].sentence
    assert "who" not in told[str(store.wang.user.pk)].sentence


def test_nobody_hears_of_a_customer_of_nobodys_but_the_receiver(store):
    """D01-2.s2/T2."""
    make.arrived(store, make.MOMENT)
    assert not Message.objects.filter(kind="visit.elsewhere").exists()
    assert Message.objects.get(kind="visit.arrived").to == str(store.wang.user.pk)
