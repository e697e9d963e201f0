"""Whoever is erased leaves no trace but ids, amounts and digests; whoever is frozen comes back exactly as they were (G28, PIPL 47)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from arbitration.models import Ruling, Statement
from leads import privacy
from leads.models import Erasure, InboundMessage, Ownership, Withheld
from leads.services import log_contact
from leads.services.merging import merge
from tests import ledger, make
from tests.leads import leaving_no_trace as trace
from tests.leads import traces
from tests.leads.leaving_no_trace import LONG_AFTER, NAME, NOTE, NUMBER, PINYIN
from trail import history, seals, vault
from trail.models import Entry, Erasing, Mark
from trail.refusals import Refusal
from trail.services import note

SECRETS = [NAME, NOTE, PINYIN, NUMBER, f"{NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}", f"{NUMBER[:3]}****{NUMBER[7:]}"]


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _listed_elsewhere(settings, tmp_path):
    settings.GUISHU_ERASURES = str(tmp_path / "kept" / "erasures.jsonl")


@pytest.fixture
def story(store):
    return trace.everything(store)


def erased(story, **more):
    return privacy.erase(customer=story.customer, why="asked", by=None, at=LONG_AFTER, **more)


def frozen(story, **more):
    return privacy.freeze(customer=story.customer, why="asked", by=None, at=LONG_AFTER, **more)


def refused(do, *given, **more):
    with pytest.raises(Refusal) as caught:
        do(*given, **more)
    return caught.value


# erasing


def test_of_whoever_is_erased_no_table_holds_name_number_or_note(story):
    secrets = [*SECRETS, *traces.indexes()]
    before = traces.traces(secrets)
    assert {found.partition(":")[0] for found in before} >= {
        "leads_customer", "leads_historicalcustomer", "leads_phone", "leads_registration", "leads_precheck", "leads_inboundmessage",
        "leads_importrow", "visits_visit", "visits_signature", "arbitration_statement", "arbitration_caseevent",
        "arbitration_attachmentcontent", "penalties_sanction", "finance_exportpart", "trail_once", "trail_allowance",
    }  # fmt: skip
    erased(story)
    assert traces.traces(secrets) == []


def test_what_stays_is_as_true_as_before(story):
    seals.seal(at=LONG_AFTER)
    digests = (bytes(story.ruling.case_sha256), bytes(story.ruling.proposal_sha256), bytes(story.ruling.case_canonical))
    shares, lines = story.ruling.shares(), ledger.splits(story.deal)
    erased(story)
    seals.seal(at=LONG_AFTER)
    assert [str(one) for one in history.mistakes()] == []
    ruling = Ruling.objects.get(pk=story.ruling.pk)
    assert (bytes(ruling.case_sha256), bytes(ruling.proposal_sha256), bytes(ruling.case_canonical)) == digests
    assert (ruling.shares(), ledger.splits(story.deal)) == (shares, lines)
    assert ledger.balanced()
    assert Statement.objects.get().text == "**（***）是李强先联系的"


def test_other_people_in_the_same_mail_stay(story):
    erased(story)
    told = InboundMessage.objects.get(external_id="m-1")
    assert (told.text, told.left) == ("王五 13700000002", "")


def test_the_number_is_registered_anew_as_somebody_new(store, story):
    erased(story)
    make.registered(store.sun, LONG_AFTER, number=NUMBER, name=NAME)
    assert make.customer(NUMBER).pk != story.customer.pk
    assert Ownership.objects.open().get(customer=make.customer(NUMBER)).user == store.sun.user


def test_nobody_follows_whoever_is_erased_and_their_name_says_so(story):
    row = erased(story)
    story.customer.refresh_from_db()
    assert (story.customer.name, privacy.state(story.customer)) == (privacy.ERASED_NAME, "erased")
    assert not Ownership.objects.open().filter(customer=story.customer).exists()
    assert Erasure.objects.count() == 2  # and the record that was merged into theirs
    assert Entry.objects.filter(action="customer.erased", subject=f"customer:{row.customer_id}").count() == 1
    assert refused(erased, story).code == "erased_already"


def test_what_still_needs_somebody_stands_against_it(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"))
    customer, at = make.customer(), make.MOMENT
    assert {one.code for one in privacy.hindrances(customer, at, erasing=False)} == {"open_case", "here_now"}
    said = refused(privacy.freeze, customer=customer, why="asked", by=None, at=at)
    assert said.code == "needed"
    assert said.sentence == "有撞单没裁定，要靠这位客户的资料来判：先裁定 这位客户还在案场：先记离开"


def test_a_contract_is_kept_three_years_and_commission_until_it_is_paid(story):
    soon = trace.LATER + timedelta(days=100)
    assert [one.code for one in privacy.hindrances(story.customer, soon, erasing=True)] == ["deal_kept"]
    assert privacy.hindrances(story.customer, soon, erasing=False) == []
    story.deal.project.periods.update(closed_at=None)
    assert [one.code for one in privacy.hindrances(story.customer, LONG_AFTER, erasing=True)] == ["commission_unpaid"]
    assert refused(privacy.erase, customer=story.customer, why="asked", by=None, at=LONG_AFTER).code == "needed"


# the guards


def sql(text, *given):
    with connection.cursor() as cursor:
        cursor.execute(text, given)


def test_no_text_goes_without_an_erasing_of_the_same_transaction(story):
    for text in (
        "UPDATE arbitration_statement SET text = ''", "UPDATE arbitration_ruling SET reason = ''",
        "UPDATE leads_registration SET name = 'x'", "UPDATE visits_signature SET name = ''",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="only erasing somebody takes it out"), transaction.atomic():
            sql(text)
    Erasing.objects.create(subject="customer:x", kind="erased", by="1", at=LONG_AFTER)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        sql("UPDATE arbitration_statement SET at = now()")
    for column in ("digest", "salt"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            sql(f"UPDATE trail_mark SET {column} = NULL")


def test_an_erasing_of_which_nobody_knows_is_found(story):
    Erasing.objects.create(subject=f"customer:{story.customer.pk}", kind="erased", by="1", at=LONG_AFTER)
    sql("UPDATE arbitration_statement SET text = ''")
    row = Erasing.objects.get()
    assert [str(one) for one in history.mistakes()] == [
        f"trail_erasing {row.pk}: nobody was erased, frozen or released then"
    ]


def test_a_text_past_its_time_that_the_log_tells_of_is_no_mistake(story):
    Erasing.objects.create(subject="retention:notes", kind="erased", by="system", at=LONG_AFTER)
    assert len(list(history.mistakes())) == 1
    note(by="system", action="retention.outlived", subject="retention:notes", at=LONG_AFTER, count=1)
    assert list(history.mistakes()) == []


def test_no_mark_holds_a_text_and_of_an_erased_one_not_even_the_salt(story):
    one = Statement.objects.get()
    marks = Mark.objects.filter(table_name="arbitration_statement", row_id=one.pk).order_by("pk")
    salt = bytes(marks.get().salt)
    erased(story)
    first, second = marks
    assert first.salt is None
    assert bytes(second.salt) != salt
    assert [(column, len(digest)) for column, digest in second.was.items()] == [("text", 64)]


# freezing


def moving(dumped):
    """What may differ: marks and the log, and what sealing writes anew."""
    return {
        table: rows for table, rows in dumped.items() if table not in ("trail_mark", "trail_entry", "trail_erasing")
    }


COPIES = ("finance_exportpart", "finance_export", "trail_allowance", "arbitration_draft")


def test_whoever_is_frozen_is_found_nowhere_and_comes_back_exactly_as_they_were(store, story):
    before, secrets = moving(traces.dump(without=COPIES)), [*SECRETS[:4], *traces.indexes()]
    row = frozen(story)
    assert [found for found in traces.traces(secrets) if not found.startswith("leads_withheld")] == []
    assert NAME not in str(bytes(row.sealed))
    story.customer.refresh_from_db()
    assert (story.customer.name, privacy.state(story.customer)) == (privacy.FROZEN_NAME, "frozen")
    assert refused(frozen, story).code == "frozen_already"
    privacy.release(customer=story.customer, by=store.manager.user, at=LONG_AFTER)
    assert moving(traces.dump(without=COPIES)) == before
    assert [str(one) for one in history.mistakes()] == []
    assert not Withheld.objects.exists()
    assert refused(privacy.release, customer=story.customer, by=store.manager.user, at=LONG_AFTER).code == "not_frozen"


def test_whoever_is_frozen_and_then_erased_is_gone(story):
    secrets = [*SECRETS, *traces.indexes()]
    frozen(story)
    erased(story)
    assert traces.traces(secrets) == []
    assert not Withheld.objects.exists()
    assert [str(one) for one in history.mistakes()] == []
    assert not Mark.objects.filter(table_name="arbitration_statement", salt__isnull=False, was=None).exists()


def test_a_number_that_is_somebody_elses_meanwhile_is_a_question_for_a_person(store, story):
    frozen(story)
    make.registered(store.sun, LONG_AFTER, number=NUMBER, name="别人")
    assert (
        refused(privacy.release, customer=story.customer, by=store.manager.user, at=LONG_AFTER).code == "number_taken"
    )


def test_what_was_written_meanwhile_is_not_overwritten(store, story):
    frozen(story)
    profile = story.customer.profiles.get()
    profile.needs = "新写的"
    profile.save()
    privacy.release(customer=story.customer, by=store.manager.user, at=LONG_AFTER)
    profile.refresh_from_db()
    assert (profile.needs, profile.intent) == ("新写的", NOTE)


def test_what_was_sealed_anew_meanwhile_is_still_the_same(store, story):
    before = InboundMessage.objects.get(external_id="m-1").text
    frozen(story)
    told = InboundMessage.objects.get(external_id="m-1")
    told.sealed_text = vault.seal(told.text)
    told.save()
    privacy.release(customer=story.customer, by=store.manager.user, at=LONG_AFTER)
    assert InboundMessage.objects.get(external_id="m-1").text == before


def test_nothing_else_than_what_was_taken_out_can_be_put_back(story):
    frozen(story)
    Erasing.objects.create(subject="customer:x", kind="released", by="1", at=LONG_AFTER)
    with pytest.raises(DatabaseError, match="not what was taken out"), transaction.atomic():
        sql("UPDATE arbitration_statement SET text = '另一句话'")


def test_nothing_is_done_about_whoever_is_frozen(store, story):
    frozen(story)
    other = make.registered(store.sun, LONG_AFTER, number="13800001111", name="别人").registration.customer
    story.customer.refresh_from_db()
    contact = refused(log_contact, here=store.manager, customer=story.customer, mode="call", at=LONG_AFTER)
    merging = refused(merge, here=store.manager, kept=other, merged=story.customer, reason="同一位", at=LONG_AFTER)
    naming = refused(
        privacy.correct, here=store.manager, customer=story.customer, reason="看了", at=LONG_AFTER, name="x"
    )
    assert [one.code for one in (contact, merging, naming)] == ["customer_stopped"] * 3


# what is left


def test_pages_and_programs_show_whoever_is_erased_without_a_name(store, story, signed_in):
    visit = story.customer.visits.get()
    erased(story)
    client = signed_in(store.manager)
    for page in (
        f"/customers/{story.customer.pk}",
        f"/cases/{story.case.no}",
        f"/visits/{visit.no}",
        f"/deals/{story.deal.no}",
        "/cases",
    ):
        answer = client.get(page)
        assert (answer.status_code, page) == (200, page)
        assert not any(secret.encode() in answer.content for secret in SECRETS), page
    for page in ("/me", "/inbox", f"/visits/{visit.no}/slip"):
        answer = signed_in(store.li).get(page)
        assert answer.status_code in (200, 404), page
        assert NAME.encode() not in answer.content, page
