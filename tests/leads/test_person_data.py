"""Everything about somebody is handed out, put right, and erased again after a backup was restored (G28, PIPL 45-47)."""

import json
import stat

import pytest
from django.core.management import call_command
from django.db import transaction

from leads import privacy
from leads.models import Customer, Erasure
from leads.privacy import listing
from tests import make
from tests.leads import leaving_no_trace as trace
from tests.leads import traces
from tests.leads.leaving_no_trace import LONG_AFTER, NAME, NUMBER
from tests.leads.test_erasing import SECRETS, erased, refused
from trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _listed_elsewhere(settings, tmp_path):
    settings.GUISHU_ERASURES = str(tmp_path / "kept" / "erasures.jsonl")


@pytest.fixture
def story(store):
    return trace.everything(store)


# exported, corrected


def test_everything_about_somebody_is_handed_out_theirs_whole_others_masked(store, story):
    told = json.loads(b"".join(privacy.export_person(customer=story.customer, by=store.manager.user, at=LONG_AFTER)))
    kept = told["kept"]
    assert kept["leads.Phone"][0]["sealed"] == f"+86{NUMBER}"
    assert kept["leads.Customer"][0]["name"] == NAME
    assert kept["leads.Registration"][0]["by"] == "李**"
    call = next(row for row in kept["arbitration.CaseEvent"] if row["type"] == "call_list")["payload"]
    assert (call["customer"], call["own"]) == (f"+86{NUMBER}", "137****0001")
    assert kept["leads.Relation"][0]["other"] == "欧**"
    assert "王五" not in json.dumps(kept["leads.InboundMessage"], ensure_ascii=False)
    assert Entry.objects.filter(action="person.exported").count() == 1
    page = b"".join(privacy.export_person_html(customer=story.customer, by=store.manager.user, at=LONG_AFTER)).decode()
    assert NAME in page
    assert "<dt>needs</dt>" in page
    assert "王芳" not in page


def test_name_and_number_are_put_right_with_a_reason_and_the_old_version_stays(store, story):
    given = {"here": store.manager, "customer": story.customer, "at": LONG_AFTER}
    assert refused(privacy.correct, **given, reason="", name="x").code == "correct_why"
    assert refused(privacy.correct, **given, reason="看了身份证", name=NAME).code == "correct_nothing"
    phone = story.customer.phones.get()
    privacy.correct(**given, reason="看了身份证", name="欧阳芊芸", number=(phone, "13958241670"))
    row = Customer.objects.get(pk=story.customer.pk)
    assert (row.name, row.pinyin, row.phones.get().e164) == ("欧阳芊芸", "ouyangqianyun", "+8613958241670")
    assert row.phones.get().entered_at == LONG_AFTER
    assert row.history.first().history_change_reason == "看了身份证"
    assert row.history.last().name == NAME
    make.registered(store.sun, LONG_AFTER, number="13800001111", name="别人")
    taken = refused(privacy.correct, **given, reason="看了身份证", number=(row.phones.get(), "13800001111"))
    assert taken.code == "number_taken"


# the list beside the database


def test_who_was_erased_is_listed_elsewhere_by_id_and_erased_again_after_a_restore(
    store, story, settings, tmp_path, django_capture_on_commit_callbacks
):
    with transaction.atomic():
        with django_capture_on_commit_callbacks(execute=True):
            erased(story)
        listed = listing.read(settings.GUISHU_ERASURES)
        assert {pk for pk, _at in listed} == {str(row.customer_id) for row in Erasure.objects.all()}
        assert stat.S_IMODE((tmp_path / "kept" / "erasures.jsonl").stat().st_mode) == 0o600
        assert not any(secret in (tmp_path / "kept" / "erasures.jsonl").read_text() for secret in (NAME, NUMBER))
        transaction.set_rollback(True)  # as if a backup from before were restored
    assert Customer.objects.get(pk=story.customer.pk).name == NAME
    call_command("erase_again", "--from", settings.GUISHU_ERASURES)
    assert traces.traces([*SECRETS, *traces.indexes()]) == []
    call_command("erase_again", "--from", settings.GUISHU_ERASURES)
    assert Erasure.objects.filter(why="restored").count() == 2


def test_whoever_a_crash_left_out_of_the_list_is_added_at_night(story, settings):
    erased(story)  # never committed: nothing is listed
    assert [listing.complete(), listing.complete()] == [2, 0]
    assert len(listing.read(settings.GUISHU_ERASURES)) == 2
