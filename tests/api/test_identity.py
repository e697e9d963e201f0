"""Who is who, told to a program: questions and answers, further numbers, proof, merging and parting."""

import pytest

from leads.models import IdentityQuestion, Merge, Phone
from leads.services import relate
from tests import make
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
FIRST, LATER = make.at("2025-04-01 10:00"), make.at("2025-04-02 10:00")
OTHER = "13700000000"


@pytest.fixture
def question(store):
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER, name="李红", honorific="女士")
    return IdentityQuestion.objects.get()


def test_a_question_shows_both_sides_and_no_whole_number(store, question):
    (asked,) = program(store.desk).get("questions").json()["results"]
    assert (asked["name"], asked["number"], asked["reporter"]) == ("李红", "139****3333", "王芳")
    assert (asked["strength"], asked["reason"]) == ("whole", "same_phone_other_name")
    (candidate,) = asked["candidates"]
    assert (candidate["customer"], candidate["owner"]) == (str(make.customer().pk), "李强")
    assert candidate["differs"] == ["name", "honorific"]


def test_an_answer_is_given_once(store, question):
    said = {"same": str(make.customer().pk), "why": "看了身份证"}
    answer = program(store.desk).post(f"questions/{question.pk}/answer", said)
    assert (answer.status_code, answer.json()["answer"]) == (200, "same")
    again = program(store.manager).post(f"questions/{question.pk}/answer", {"same": None, "why": "看了身份证"})
    assert (again.status_code, again.json()["code"]) == (409, "answered_already")


def test_a_further_number_and_what_an_agency_is_not_told(estate):
    today = make.at("2025-04-28 10:00")
    make.registered(estate.xu, today, number=OTHER, name="赵云")
    customer = make.registered(estate.anju, today).registration.customer
    answer = program(estate.anju).post(f"customers/{customer.pk}/number", {"number": OTHER, "proof": "客户来电"})
    assert answer.json() == {"question": None}
    assert IdentityQuestion.objects.exists()
    assert Phone.objects.whole(f"+86{OTHER}").filter(customer=customer).exists()


def test_the_proof_of_a_relation(store):
    one = make.registered(store.li, FIRST).registration.customer
    other = make.registered(store.li, FIRST, number=OTHER, name="李红").registration.customer
    relation = relate(here=store.li, customer=one, other=other, staff=None, kind="spouse", at=FIRST)
    answer = program(store.desk).post(f"relations/{relation.pk}/proof", {"proof": "marriage_certificate"})
    assert (answer.status_code, answer.json()["proof"]) == (200, "marriage_certificate")


def test_a_merge_and_the_way_back(store):
    make.registered(store.li, FIRST)
    make.registered(store.li, LATER, number=OTHER)
    kept, gone = make.customer(), make.customer(OTHER)
    sent = {"merged": str(gone.pk), "reason": "同一张身份证"}
    done = program(store.manager).post(f"customers/{kept.pk}/merge", sent).json()
    assert (done["kept"], done["merged"], done["undone_at"]) == (str(kept.pk), str(gone.pk), None)
    assert done["rows"] > 0
    undone = program(store.manager).post(f"merges/{Merge.objects.get().pk}/undo", {"why": "不是同一位"}).json()
    assert undone["undone_at"] is not None


def test_a_company_is_registered_by_its_full_name_and_code_without_a_number(store):
    sent = {"number": "", "name": "上海宏达装饰有限公司", "kind": "company", "code": "91310000MA1FL0XX1A"}
    answer = program(store.li).post("registrations", sent)
    assert answer.status_code == 201, answer.json()
    company = store.li.user.registrations.get().customer
    assert (company.kind, company.code) == ("company", "91310000MA1FL0XX1A")
