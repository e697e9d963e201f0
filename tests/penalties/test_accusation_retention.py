"""Files of an accusation go when it, and the sanction that came of it, have been over for their time; the words stay (PIPL 19)."""

from datetime import timedelta

import pytest

from penalties import services
from penalties.models import AccusationFile, AccusationFileContent
from tests import make
from tests.leads.test_privacy_retention import left, run, term
from tests.programs import program
from tests.sanctions import accused, established, noticed, report, with_file
from trail import history
from trail.models import Entry
from trail.retention import CLASSES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _listed_elsewhere(settings, tmp_path):
    settings.GUISHU_ERASURES = str(tmp_path / "erasures.jsonl")


def kept():
    return AccusationFileContent.objects.exclude(original=b"").count()


def test_a_file_goes_when_its_time_is_over_and_not_a_second_before(store):
    made = established(store, store.li, store.wang)
    with_file(made)
    over = make.MOMENT + term("accusation")
    run(over - SECOND)
    assert (kept(), left(over)["accusation"]) == (1, 1)
    run(over)
    row = AccusationFileContent.objects.get()
    assert (bytes(row.original), row.shown, "accusation" in left(over)) == (b"", None, False)
    assert Entry.objects.get(action="retention.outlived", subject="retention:accusation").detail == {"count": 1}
    assert [str(one) for one in history.mistakes()] == []


def test_what_is_left_says_what_was_proven_and_nothing_is_handed_out(store, signed_in):
    made = established(store, store.li, store.wang)
    file = with_file(made)
    run(make.MOMENT + term("accusation"))
    page = signed_in(store.manager).get(f"/accusations/{made.no}/evidence/2").content.decode()
    assert "文件内容已经删掉了" in page
    assert "聊天记录，在前台" in page
    assert "下载" not in page.replace("看了、下载了", "")
    for what in ("original", "file", "0"):
        assert signed_in(store.manager).get(f"/accusations/{made.no}/evidence/2/{what}").status_code == 404
    boss = program(store.manager)
    (told,) = boss.get(f"accusations/{made.no}").json()["evidence"]
    assert (told["accepted"], told["file"]["sha256"]) == (True, bytes(file.sha256).hex())
    assert boss.get(f"accusations/{made.no}/evidence/2/original").status_code == 404
    assert AccusationFile.objects.count() == 1


def test_of_an_accusation_that_is_open_nothing_goes(store):
    with_file(services.file_accusation(here=store.li, report=report(store.wang), at=make.MOMENT))
    run(make.MOMENT + timedelta(days=4000))
    assert kept() == 1


def test_while_a_sanction_for_it_is_on_its_way_nothing_goes(store):
    made, sanction = accused(store)
    with_file(made)
    run(make.MOMENT + timedelta(days=4000))
    assert kept() == 1
    moved = make.MOMENT + timedelta(days=400)
    noticed(store.manager, sanction, when=moved)
    services.drop_sanction(here=store.general, sanction=sanction, reason="证据不足", at=moved)
    run(moved + term("accusation") - SECOND)
    assert kept() == 1
    run(moved + term("accusation"))
    assert kept() == 0


def test_the_page_of_times_names_it_and_its_least_is_the_year_of_labour_arbitration(store, signed_in):
    assert "举报的证据文件" in signed_in(store.admin).get("/settings/retention").content.decode()
    assert CLASSES["accusation"].least == 365
