"""Screening against the database: the same findings as the pure rules, in a fixed number of queries."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.identity import new_customer
from leads.models import IdentityQuestion, NotebookEntry, Phone, Relation
from leads.screening import phones
from leads.screening.matching import Newcomer
from tests import make
from tests.screening import screen

pytestmark = pytest.mark.django_db
Strength = IdentityQuestion.Strength
ENTRIES = [
    json.loads(line) for line in (Path(__file__).parents[1] / "spec/data/matches.jsonl").read_text("utf-8").splitlines()
]
NOW = make.at("2025-04-28 10:00")


def known(here, name, number="", honorific="", **more):
    """A customer whom this project knows."""
    customer = new_customer(at=NOW, name=name, honorific=honorific, **more)
    if number:
        Phone.of(customer, phones.read(number).e164, NOW).save()
    NotebookEntry.objects.create(
        project=here.project, customer=customer, user=here.user, book="collection", source="BB", at=NOW
    )
    return customer


def new(name="", number="", honorific="", **more):
    return Newcomer(name=name, number=number, honorific=honorific, **more)


def found(here, *newcomers, **more):
    return screen(here.project, newcomers, NOW, **more)


def stocked(here, entry):
    """The entry's stock as rows: customers, and waiting reports for those of whom only a mask is known; ids → keys of findings."""
    keys, at = {}, make.at(entry["at"])
    for row in entry["stock"]:
        numbers = [phones.read(number) for number in row.get("phones") or []]
        if numbers and all(number.masked for number in numbers):
            report = make.registered(
                here, at, number=numbers[0].masked, name=row["name"], honorific=row.get("honorific") or ""
            ).registration
            keys[f"report:{report.pk}"] = row["id"]
            continue
        customer = known(
            here,
            row["name"],
            honorific=row.get("honorific") or "",
            kind=row.get("kind", "person"),
            code=row.get("uscc") or "",
        )
        keys[str(customer.pk)] = row["id"]
        linked = [(number.e164, None, at) for number in numbers if number.e164]
        linked += [
            (phones.read(link["phone"]).e164, here.user, make.at(link["entered_at"])) for link in row.get("links") or []
        ]
        for e164, by, entered in linked:
            phone = Phone.of(customer, e164, entered)
            phone.entered_by, phone.shared = by, Phone.objects.whole(e164).exists()
            phone.save()
        for name in row.get("linked_companies") or []:
            other = known(here, name, kind="company")
            keys[str(other.pk)] = row["id"]
            Relation.objects.create(customer=customer, other=other, kind="linked", declared_at=at, by=here.user)
    return keys


@pytest.mark.parametrize("entry", [e for e in ENTRIES if not e.get("relations")], ids=lambda e: e["id"])
def test_rows_are_found_as_the_rules_say(store, entry):
    keys, given = stocked(store.li, entry), entry["new"]
    newcomer = Newcomer(
        kind=given.get("kind", "person"), name=given.get("name") or "", honorific=given.get("honorific") or "",
        number=given.get("phone") or "", code=given.get("uscc") or "", at_desk=given.get("source") == "visitor",
    )  # fmt: skip
    (screened,) = screen(store.project, [newcomer], make.at(entry["at"]))
    expected = entry["expect"]
    assert screened.finding.result == expected["result"], screened.finding
    assert [keys[record] for record in screened.finding.records] == expected["with"]
    if (
        expected["result"] != "different" and expected["reason"] != "linked_company"
    ):  # an affiliate has a record of its own here
        assert screened.finding.reason == expected["reason"]


def test_a_thousand_newcomers_ask_no_more_than_one(store):
    known(store.li, "张建国", make.PHONE)
    known(store.li, "上海宏达装饰有限公司", "13800000001", kind="company")
    make.registered(store.li, NOW, number="137****3333", name="李")

    def queries(count):
        newcomers = [new("张三", f"1391234{n:04d}") for n in range(count)]
        newcomers += [new("张", f"139****{n:04d}") for n in range(count)]
        newcomers += [new("宏达装饰", kind="company", code=f"91310000MA1FL0{n:04d}") for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            found(store.li, *newcomers, alike=True)
        return len(asked)

    assert queries(1) == queries(300) <= 10
    with CaptureQueriesContext(connection) as nothing:
        assert found(store.li) == []
    assert len(nothing) == 0


@pytest.mark.parametrize(
    ("name", "number", "strength", "reason"),
    [
        ("张建国", make.PHONE, Strength.WHOLE, "same_phone"),
        ("李红", make.PHONE, Strength.WHOLE, "same_phone_other_name"),
        ("张", "139****3333", Strength.MASK, "mask_hits_one"),
        ("张建国", "13700000000", Strength.NAME, "name_only"),
        ("Zhang Jianguo", "13700000000", Strength.NAME, "name_only"),
    ],
)
def test_each_hit_has_its_strength_and_its_reason(store, name, number, strength, reason):
    customer = known(store.li, "张建国", make.PHONE)
    (screened,) = found(store.li, new(name, number), alike=True)
    assert [(hit.customer, hit.strength, hit.reason) for hit in screened.hits] == [(customer.pk, strength, reason)]


def test_a_name_alone_never_matches_and_a_bare_surname_is_no_full_name(store):
    known(store.li, "张建国", make.PHONE)
    full, bare = found(store.li, new("张建国", "13700000000"), new("张", "13700000001"), alike=True)
    assert full.finding.result == bare.finding.result == "different"
    assert full.candidates == bare.hits == ()


def test_only_a_few_of_the_same_name_are_told(store):
    for n in range(12):
        known(store.li, "张伟", f"1380000{n:04d}")
    (screened,) = found(store.li, new("张伟", "13700000000"), alike=True)
    assert len(screened.hits) == 5


def test_masked_reports_of_one_person_are_one_and_all_are_named(store):
    reports = [
        make.registered(here, NOW, number="139****3333", name="张").registration.pk for here in (store.li, store.wang)
    ]
    (screened,) = found(store.li, new("张建国", make.PHONE, "先生", at_desk=True))
    assert (screened.finding.result, screened.finding.reason) == ("same", "full_number_fits_mask")
    assert list(screened.reports) == reports
    assert screened.candidates == ()


def test_somebody_another_project_knows_is_nobodys_business_by_mask_or_name(store, estate):
    known(store.li, "张建国", make.PHONE)
    mask, name = found(estate.xu, new("张", "139****3333"), new("张建国", "13700000000"), alike=True)
    assert mask.hits == name.hits == ()


def test_a_relative_with_the_customers_number_is_known_by_the_proof(store):
    wang, li = known(store.li, "王建国", make.PHONE), known(store.li, "李红", "13700000000")
    relation = Relation.objects.create(customer=wang, other=li, kind="spouse", declared_at=NOW, by=store.li.user)
    (before,) = found(store.li, new("李红", make.PHONE))
    relation.proof, relation.proof_at, relation.proof_by = "marriage_certificate", NOW, store.desk.user
    relation.save()
    (after,) = found(store.li, new("李红", make.PHONE))
    assert (before.finding.result, after.finding.result) == ("possible", "same")
    assert after.finding.reason == "relative_with_proof"
    assert after.candidates == (wang.pk,)


def test_kin_of_whom_was_found_are_told_with_it(store):
    wang, li = known(store.li, "王建国", make.PHONE), known(store.li, "李红", "13700000000")
    Relation.objects.create(customer=li, other=wang, kind="spouse", declared_at=NOW, by=store.li.user)
    brother = known(store.li, "王建军", "13700000001")
    Relation.objects.create(customer=brother, other=wang, kind="sibling", declared_at=NOW, by=store.li.user)
    (screened,) = found(store.li, new("王建国", make.PHONE))
    assert [(h.customer, h.strength, h.reason) for h in screened.hits[1:]] == [
        (li.pk, Strength.KIN, "relative_unproven")
    ]


def test_who_was_merged_is_never_found(store):
    kept, merged = known(store.li, "张建国", make.PHONE), known(store.li, "张建国", "13700000000")
    merged.merged_into = kept
    merged.save()
    (screened,) = found(store.li, new("张建国", "13700000000"), alike=True)
    assert [hit.customer for hit in screened.hits] == [kept.pk]
