"""Many reports at once: the same as one after the other, in a number of queries that does not grow with them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Customer, IdentityQuestion, Ownership, Phone, Registration
from leads.models.register import Answer
from leads.registering.filing import Filing, draft_of
from leads.screening import phones
from leads.services import LeadInput, register_many
from leads.services.register import file
from tests import make
from trail import vault
from trail.history import mistakes as rewritten
from trail.models import Entry

pytestmark = pytest.mark.django_db
AT = make.at("2025-04-01 10:00")


def number(i):
    return f"1391000{i:04d}"


def lead(i, name="张建国", honorific="先生", **more):
    return LeadInput(number(i) if isinstance(i, int) else i, name, honorific, **more)


def filed(project, *pairs, dry=False):
    """Reports of several people in one batch."""
    drafts = [draft_of(Filing(here, one)) for here, one in pairs]
    return file(project=project, drafts=drafts, asker=pairs[0][0], at=AT, dry=dry)


def owner(i=0):
    return Ownership.objects.open().get(customer=make.customer(number(i))).user


def test_of_two_who_report_one_customer_in_one_batch_the_earlier_owns_and_the_later_contests(store):
    one, two = filed(store.project, (store.li, lead(0)), (store.wang, lead(0)))
    assert (one.answer, two.answer) == (Answer.CLEAR, Answer.TAKEN)
    assert owner() == store.li.user
    assert Customer.objects.count() == 1
    case = store.project.collisions.get()
    assert {claim.user for claim in case.claims.all()} == {store.li.user, store.wang.user}


def test_the_same_person_twice_in_a_batch_contests_nothing(store):
    _one, two = filed(store.project, (store.li, lead(0)), (store.li, lead(0)))
    assert two.answer == Answer.YOURS
    assert store.project.collisions.count() == 0
    assert store.li.user.notebook_entries.count() == 1


def test_what_is_refused_takes_no_other_with_it(store):
    came = register_many(here=store.li, leads=[lead(0), lead("1391234"), lead(1, name=" "), lead(2)], at=AT)
    assert [getattr(one, "code", "") for one in came] == ["", "too_short", "name_missing", ""]
    assert Registration.objects.count() == 2


def test_every_row_that_one_report_makes_is_made_by_many(store):
    register_many(here=store.li, leads=[lead(i) for i in range(60)], at=AT)  # by COPY
    make.registered(store.wang, AT, number=number(90))  # by INSERT
    for i in (0, 59, 90):
        customer, here = make.customer(number(i)), store.wang if i == 90 else store.li
        report = Registration.objects.get(customer=customer)
        assert (report.by, report.number, report.at, report.agency) == (here.user, f"+86{number(i)}", AT, "秀兰")
        assert Phone.objects.get(customer=customer).e164 == f"+86{number(i)}"
        assert customer.history.get().history_user == here.user
        assert (customer.pinyin, customer.initials) == ("zhangjianguo", "zjg")
        assert Ownership.objects.get(customer=customer).source == report.no
        assert here.user.notebook_entries.get(customer=customer).source == report.no
        assert Entry.objects.get(subject=f"registration:{report.no}").detail == {"answer": "clear", "masked": False}
    assert list(rewritten()) == []


@pytest.mark.parametrize("known", [False, True])
def test_the_number_of_queries_does_not_grow_with_the_reports(store, known):
    if known:
        register_many(here=store.li, leads=[lead(i) for i in range(300)], at=AT)

    def queries(start, count):
        with CaptureQueriesContext(connection) as asked:
            register_many(here=store.li, leads=[lead(i) for i in range(start, start + count)], at=AT)
        return len(asked)

    few = queries(0, 50)
    assert queries(100, 200) <= few


def test_one_report_costs_few_queries(store):
    with CaptureQueriesContext(connection) as asked:
        make.registered(store.li, AT)
    assert len(asked) <= 10


def test_a_mask_and_a_whole_number_in_one_batch_meet(store):
    one, two, three = filed(
        store.project, (store.li, lead("139****0000", name="张")), (store.wang, lead(0)), (store.zhao, lead("139****0000", name="张"))
    )  # fmt: skip
    assert [one.answer, two.answer, three.answer] == [Answer.CLEAR, Answer.CHECK, Answer.CHECK]
    assert one.customer is None
    assert owner() == store.wang.user


def test_a_dry_look_stores_and_locks_nothing(store):
    make.registered(store.wang, AT, number=number(0))
    before = Registration.objects.count(), Customer.objects.count(), Entry.objects.count()
    one, two = filed(store.project, (store.li, lead(0)), (store.li, lead(1)), dry=True)
    assert (one.answer, two.answer) == (Answer.TAKEN, Answer.CLEAR)
    assert (Registration.objects.count(), Customer.objects.count(), Entry.objects.count()) == before


def test_a_known_number_under_another_name_stays_the_earlier_record_and_is_asked_about(store):
    make.registered(store.li, AT, number=number(0), name="张建国")
    one = make.registered(store.wang, AT, number=number(0), name="李秀英", honorific="女士").registration
    assert one.customer == make.customer(number(0))
    assert owner() == store.li.user
    question = IdentityQuestion.objects.get(registration=one)
    assert question.reason == "same_phone_other_name"


def test_two_names_for_one_new_number_in_one_batch_are_asked_about(store):
    _one, two = filed(store.project, (store.li, lead(0)), (store.wang, lead(0, name="李秀英", honorific="女士")))
    question = IdentityQuestion.objects.get()
    assert (question.registration.no, question.reason) == (two.no, "same_phone_other_name")
    assert Customer.objects.count() == 1


# ── companies (G-38) ──

CODE = "91440300MA5EXAMPL8"


def company(name="深圳市秀兰家居有限公司", code="", phone=""):
    return LeadInput(phone, name, kind="company", code=code)


@pytest.mark.parametrize("batch", [True, False])
def test_a_company_is_found_by_its_code_else_by_its_full_name(store, batch):
    pairs = [
        (store.li, company(code=CODE)), (store.wang, company("秀兰家居", code=CODE)),
        (store.zhao, company("深圳市秀兰家居 有限公司")), (store.sun, company("广州市秀兰家居有限公司")),
    ]  # fmt: skip
    reports = filed(store.project, *pairs) if batch else [filed(store.project, pair)[0] for pair in pairs]
    assert [one.answer for one in reports] == [Answer.CLEAR, Answer.TAKEN, Answer.TAKEN, Answer.CLEAR]
    assert Customer.objects.filter(kind="company").count() == 2


def test_a_company_of_one_name_under_another_code_is_another_company(store):
    filed(store.project, (store.li, company(code=CODE)))
    (two,) = filed(store.project, (store.wang, company(code="91440300MA5ANTHER7")))
    assert two.answer == Answer.CLEAR
    assert Customer.objects.count() == 2


def test_a_company_whose_buyers_number_is_somebodys_takes_it_from_nobody(store):
    make.registered(store.li, AT, number=number(0))
    (one,) = filed(store.project, (store.wang, company(phone=number(0))))
    assert Phone.objects.get().customer == make.customer(number(0))
    assert one.customer.kind == "company"
    assert one.answer == Answer.CLEAR


@pytest.mark.parametrize(("given", "code"), [(company(name=" "), "name_missing"), (company(code="12"), "bad_code"),
                                             (company(phone="139****0000"), "mask_not_enough")])  # fmt: skip
def test_a_company_that_cannot_be_is_refused(store, given, code):
    (one,) = register_many(here=store.li, leads=[given], at=AT)
    assert one.code == code


# ── short cuts that must not change what comes of it ──


def test_the_short_cut_for_plain_mobile_numbers_reads_as_the_long_way(monkeypatch):
    texts = [f"{start}{tail}" for start in range(1000, 2000) for tail in ("0000000", "4567890")]
    fast = [phones.read(text) for text in texts]
    monkeypatch.setattr(phones, "PLAIN", phones.re.compile("(?!)"))
    assert fast == [phones.read(text) for text in texts]


def test_an_index_is_the_hmac_of_what_is_known(settings):
    import base64
    import hashlib
    import hmac

    for size in (32, 64, 100):
        key = bytes(range(size))
        settings.INDEX_KEYS = (base64.urlsafe_b64encode(key).decode(),)
        assert vault.index("whole", "+86139") == hmac.digest(key, b"whole|+86139", hashlib.sha256)[:16]


def test_what_has_a_sign_of_copy_in_it_is_written_as_it_is(store):
    names = ["a\tb", "a\\c", "\x01", "\x02x\x02", "\x03", "一\r二", '"', "\\N", "\\."]
    leads = [lead(i, name=f"张{names[i % len(names)]}") for i in range(90)] + [lead(91, name="\x03", text="\\x")]
    register_many(here=store.li, leads=leads, at=AT)
    assert [row.name for row in Registration.objects.order_by("pk")] == [one.name.strip() for one in leads]
