"""Who is this customer? A person answers, once; the report keeps its time, and nobody's claim is lost."""

import pytest

from arbitration.models import Collision
from leads.models import IdentityQuestion, Ownership, Phone, Registration, Relation
from leads.services import add_number, answer_question, merge, prove_relation, relate
from tests import make
from trail.history import mistakes as rewritten
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
FIRST, LATER, NOW = make.at("2025-04-01 10:00"), make.at("2025-04-02 10:00"), make.at("2025-04-03 10:00")
MASK = "139****3333"


def asked():
    return IdentityQuestion.objects.get(answer=None)


def answer(here, question, same=None, why="看了身份证", at=NOW):
    return answer_question(here=here, question=question, same=same, why=why, at=at)


def owner(customer):
    return Ownership.objects.open().get(customer=customer).user


@pytest.fixture
def other_name(store):
    """李强 reported 张建国; 王芳 reports the same number as 李红."""
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER, name="李红", honorific="女士")
    return asked()


class TestTheSameNumberUnderAnotherName:
    def test_is_asked_and_meanwhile_the_earlier_record_keeps_priority(self, store, other_name):
        assert (other_name.strength, other_name.reason) == ("whole", "same_phone_other_name")
        assert list(other_name.candidates.all()) == [make.customer()]
        assert owner(make.customer()) == store.li.user

    def test_tells_who_may_answer_once_and_never_a_name(self, store, other_name):
        make.registered(store.zhao, NOW, name="李红", honorific="女士")
        told = Message.objects.filter(kind="identity.asked")
        assert sorted(told.values_list("to", flat=True)) == sorted(
            str(here.user.pk) for here in (store.desk, store.manager)
        )
        assert not any(word in str(message) for message in told for word in ("李", "张", "139"))

    def test_the_same_leaves_the_claims_to_a_ruling(self, store, other_name):
        answer(store.desk, other_name, same=make.customer())
        case = Collision.objects.get()
        assert case.state == Collision.State.OPEN
        assert set(case.claims.values_list("user", flat=True)) == {store.li.user.pk, store.wang.user.pk}

    def test_another_is_a_customer_of_the_shared_number_with_an_owner_of_their_own(self, store, other_name):
        done = answer(store.desk, other_name)
        other = done.answered_customer
        assert (other.name, owner(other), owner(make.customer())) == ("李红", store.wang.user, store.li.user)
        assert Phone.objects.whole("+8613912343333").filter(customer=other, shared=True).exists()
        report = Registration.objects.get(by=store.wang.user)
        assert (report.customer, report.at) == (other, LATER)
        assert list(rewritten()) == []

    def test_another_leaves_nothing_to_rule_on(self, store, other_name):
        answer(store.desk, other_name)
        assert Collision.objects.get().state == Collision.State.MOOT
        make.registered(store.zhao, make.at("2025-04-04 10:00"))  # and a real rival opens a case of its own
        assert Collision.objects.unruled().get().claims.count() == 2

    def test_the_next_report_finds_whichever_fits_the_name(self, store, other_name):
        other = answer(store.desk, other_name).answered_customer
        assert make.registered(store.wang, NOW, name="李红", honorific="女士").registration.customer == other
        assert make.registered(store.li, NOW).registration.customer == make.customer()

    def test_is_answered_once(self, store, other_name):
        answer(store.desk, other_name)
        with pytest.raises(Refusal) as refused:
            answer(store.manager, other_name, same=make.customer())
        assert (refused.value.code, refused.value.status) == ("answered_already", 409)

    def test_is_answered_by_nobody_with_a_claim_in_it(self, store, other_name):
        store.wang.user.memberships.update(role="manager")
        for here in (store.li, store.wang):
            with pytest.raises(Refusal, match="own_question"):
                answer(here, other_name)

    @pytest.mark.parametrize(
        ("more", "code"), [({"why": " "}, "answer_why"), ({"same": "stranger"}, "not_a_candidate")]
    )
    def test_needs_a_reason_and_one_of_the_candidates(self, store, other_name, more, code):
        if "same" in more:
            more["same"] = make.registered(store.sun, NOW, number="13700000000", name="赵云").registration.customer
        with pytest.raises(Refusal, match=code):
            answer(store.desk, other_name, **more)

    def test_once_all_are_answered_nothing_waits_for_anybody(self, store, other_name):
        assert Message.objects.waiting().filter(kind="identity.asked").exists()
        answer(store.desk, other_name)
        assert not Message.objects.waiting().filter(kind="identity.asked").exists()


class TestAMaskedReport:
    def test_that_fits_a_customer_is_asked_and_bound_by_the_answer_at_its_own_time(self, store):
        make.registered(store.li, FIRST)
        masked = make.registered(store.wang, LATER, number=MASK, name="张").registration
        question = asked()
        assert (question.strength, question.reason, question.customer) == ("mask", "mask_hits_one", None)
        answer(store.desk, question, same=make.customer())
        masked.refresh_from_db()
        assert (masked.customer, masked.bound_at, masked.at) == (make.customer(), NOW, LATER)
        assert owner(make.customer()) == store.li.user
        assert Collision.objects.get().claims.filter(registration=masked).exists()

    def test_owns_a_customer_nobody_follows(self, store):
        make.registered(store.li, FIRST)
        Ownership.objects.open().update(until=LATER, ended_for="test")
        make.registered(store.wang, LATER, number=MASK, name="张")
        answer(store.desk, asked(), same=make.customer())
        held = Ownership.objects.open().get()
        assert (held.user, held.reason) == (store.wang.user, Ownership.Reason.BOUND)

    def test_about_another_person_stays_as_it_was_and_is_not_asked_again(self, store):
        make.registered(store.li, FIRST)
        masked = make.registered(store.wang, LATER, number=MASK, name="张").registration
        answer(store.desk, asked())
        masked.refresh_from_db()
        assert masked.customer is None
        make.registered(store.zhao, NOW)  # the whole number again: the question was answered
        assert not IdentityQuestion.objects.filter(answer=None).exists()

    def test_waits_and_a_whole_number_that_it_may_hide_is_a_question_about_it(self, store):
        masked = make.registered(store.wang, FIRST, number=MASK, name="张").registration
        make.registered(store.li, LATER)
        question = asked()
        assert (question.registration, question.reason) == (masked, "full_number_fits_mask")
        assert list(question.candidates.all()) == [make.customer()]

    def test_gains_a_candidate_while_its_question_is_open(self, store):
        make.registered(store.wang, FIRST, number=MASK, name="张")
        make.registered(store.li, LATER)
        make.registered(store.zhao, NOW, number="13999993333", name="张三")
        assert asked().candidates.count() == 2

    def test_of_two_names_is_put_to_the_visitor_by_a_person(self, store):
        reports = [
            make.registered(here, FIRST, number=MASK, name=name).registration
            for here, name in ((store.li, "张"), (store.wang, "张大明"))
        ]
        visit = make.arrived(store, NOW)
        questions = IdentityQuestion.objects.filter(answer=None)
        assert {(q.registration, q.visit) for q in questions} == {(report, visit.no) for report in reports}
        answer(store.manager, questions.get(registration=reports[0]), same=make.customer())
        reports[0].refresh_from_db()
        assert reports[0].customer == make.customer()


def test_the_people_concerned_and_the_manager_are_warned_at_once(store):
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER, number=MASK, name="张")
    told = Message.objects.filter(kind="collision.warning", at=LATER)
    assert set(told.values_list("to", flat=True)) == {
        str(here.user.pk) for here in (store.li, store.wang, store.manager)
    }
    assert not any(word in str(message) for message in told for word in ("张", "139", "李强", "王芳"))


def test_another_last_digit_and_another_name_warn_nobody(store):
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER, number="13912343334", name="赵云")
    assert not Message.objects.filter(kind__in=("identity.asked", "collision.warning")).exists()
    assert not IdentityQuestion.objects.exists()


def test_an_agency_is_not_told_that_somebody_has_such_a_customer(estate):
    make.registered(estate.xu, FIRST)
    make.registered(estate.anju, LATER, number=MASK, name="张")
    assert IdentityQuestion.objects.exists()
    assert not Message.objects.to(estate.anju.user.pk).filter(kind__in=("identity.asked", "collision.warning")).exists()


class TestAFurtherNumber:
    def test_counts_from_its_entry(self, store):
        make.registered(store.li, FIRST)
        assert (
            add_number(here=store.li, customer=make.customer(), number="137 0000 0000", proof="客户来电", at=NOW)
            is None
        )
        phone = Phone.objects.whole("+8613700000000").get()
        assert (phone.customer, phone.entered_at, phone.entered_by, phone.shared) == (
            make.customer(), NOW, store.li.user, False,
        )  # fmt: skip
        report = make.registered(store.wang, make.at("2025-04-04 10:00"), number="13700000000").registration
        assert (report.customer, report.contesting) == (make.customer(), True)

    def test_of_somebody_else_is_a_question_and_moves_nothing(self, store):
        make.registered(store.li, FIRST)
        rival = make.registered(store.wang, LATER, number="13700000000", name="赵云").registration.customer
        question = add_number(here=store.li, customer=make.customer(), number="13700000000", proof="客户来电", at=NOW)
        assert (question.customer, list(question.candidates.all())) == (make.customer(), [rival])
        assert (owner(make.customer()), owner(rival)) == (store.li.user, store.wang.user)
        answer(store.desk, question, same=rival)
        rival.refresh_from_db()
        assert {rival.merged_into, make.customer().merged_into} == {None, make.customer()}
        assert Collision.objects.get().trigger == "merge"

    @pytest.mark.parametrize(
        ("number", "proof", "code"),
        [(MASK, "来电", "phone_masked"), ("13700000000", "", "proof_missing"), (make.PHONE, "来电", "number_known")],
    )
    def test_is_refused_with_a_sentence(self, store, number, proof, code):
        make.registered(store.li, FIRST)
        with pytest.raises(Refusal, match=code):
            add_number(here=store.li, customer=make.customer(), number=number, proof=proof, at=NOW)


class TestTheProofOfARelation:
    @pytest.fixture
    def couple(self, store):
        wang = make.registered(store.li, FIRST, name="王建国").registration.customer
        li = make.registered(store.li, FIRST, number="13700000000", name="李红").registration.customer
        return relate(here=store.li, customer=wang, other=li, staff=None, kind="spouse", at=FIRST)

    def test_says_who_saw_what_when(self, store, couple):
        seen = prove_relation(here=store.desk, relation=couple, proof="marriage_certificate", at=NOW)
        assert (seen.proof, seen.proof_by, seen.proof_at) == ("marriage_certificate", store.desk.user, NOW)

    def test_makes_a_relative_with_the_customers_number_the_same_customer(self, store, couple):
        prove_relation(here=store.desk, relation=couple, proof="marriage_certificate", at=LATER)
        report = make.registered(store.wang, NOW, name="李红").registration
        assert (report.customer, IdentityQuestion.objects.count()) == (couple.customer, 0)

    def test_a_statement_may_be_followed_by_a_paper_and_then_nothing(self, store, couple):
        prove_relation(here=store.desk, relation=couple, proof="statement", at=NOW)
        prove_relation(here=store.desk, relation=couple, proof="household_register", at=NOW)
        with pytest.raises(Refusal, match="proven_already"):
            prove_relation(here=store.desk, relation=couple, proof="statement", at=NOW)

    @pytest.mark.parametrize(
        ("kind", "proof", "code"),
        [
            ("sibling", "household_register", "not_direct_kin"), ("parent_child", "marriage_certificate", "proof_does_not_fit"),
            ("spouse", "letter", "proof_unknown"),
        ],
    )  # fmt: skip
    def test_that_proves_nothing_is_refused(self, store, couple, kind, proof, code):
        Relation.objects.filter(pk=couple.pk).update(kind=kind)
        with pytest.raises(Refusal, match=code):
            prove_relation(here=store.desk, relation=couple, proof=proof, at=NOW)


class TestWhatAnotherActHasSettled:
    def test_a_masked_report_that_was_bound_at_the_desk_is_asked_about_no_more(self, store):
        make.registered(store.li, FIRST, number="13999993333", name="张三")
        make.registered(store.wang, LATER, number=MASK, name="张")
        question = asked()
        make.arrived(store, NOW)  # 张建国 of another number that the mask fits, too
        assert not IdentityQuestion.objects.waiting().exists()
        with pytest.raises(Refusal, match="bound_already"):
            answer(store.desk, question, same=make.customer("13999993333"), at=make.at("2025-04-04 10:00"))

    def test_a_merge_answers_whether_the_two_are_one(self, store):
        one = make.registered(store.li, FIRST).registration.customer
        other = make.registered(store.wang, LATER, number="13700000000", name="赵云").registration.customer
        add_number(here=store.manager, customer=one, number="13700000000", proof="客户来电", at=NOW)
        merge(here=store.manager, kept=one, merged=other, reason="同一张身份证", at=NOW)
        question = IdentityQuestion.objects.get()
        assert (question.answer, question.answered_by) == ("same", store.manager.user)
        assert not Message.objects.waiting().filter(kind="identity.asked").exists()

    def test_a_visitor_with_a_shared_number_is_whom_the_name_fits(self, store, other_name):
        other = answer(store.desk, other_name).answered_customer
        visit = make.arrived(store, make.at("2025-04-04 10:00"), name="李红", honorific="女士")
        assert visit.customer == other


def test_a_number_is_added_by_whoever_follows_the_customer_the_desk_or_a_manager(store):
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER)  # contests, and does not follow
    given = {"customer": make.customer(), "number": "13700000000", "proof": "客户来电", "at": NOW}
    with pytest.raises(Refusal, match="number_not_yours"):
        add_number(here=store.wang, **given)
    add_number(here=store.desk, **given)
