"""A backup that failed, a seal that was not kept, and a night without either: every administrator hears of it, nobody else."""

from datetime import timedelta

import pytest

from people.factor_duty import LONGEST
from people.models import Installation, User
from people.roles import Role
from people.safekeeping import backup_failed, watch_safekeeping
from people.upkeep import verify_history
from tests import make
from trail import clock
from trail.models import Entry, Message
from trail.services import note

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SET_UP = make.MOMENT


@pytest.fixture
def kept(store):
    """A store that was set up at noon, with two administrators."""
    Installation.objects.create(administrator=store.admin.user, at=SET_UP, second_factor_from=(SET_UP + LONGEST).date())
    make.person("second", "吴敏", Role.ADMINISTRATOR, store.project)
    return store


def heard(kind):
    return [(int(one.to), str(one)) for one in Message.objects.filter(kind__startswith=kind).order_by("at", "to")]


def watched(moment):
    with clock.standing_at(moment):
        watch_safekeeping.call()


def done(action, moment):
    note(by="system", action=action, subject="history:all", at=moment)


def administrators(here):
    return sorted([here.admin.user.pk, User.objects.get(username="second").pk])


def test_nobody_hears_of_nights_on_which_both_were_done(kept):
    for night in (SET_UP + 12 * HOUR, SET_UP + 37 * HOUR):
        done("backup.make", night)
        done("history.verified", night)
    watched(SET_UP + 63 * HOUR)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("missed", "done_", "said"),
    [
        ("backup", "history.verified", "26 小时没有备份了"),
        ("history", "backup.make", "26 小时没有核对历史、导出印章了"),
    ],
)
def test_every_administrator_hears_that_there_was_none_for_more_than_26_hours(kept, missed, done_, said):
    last = SET_UP + 12 * HOUR
    for action in ("backup.make", "history.verified"):
        done(action, last)
    watched(last + 26 * HOUR)
    assert not Message.objects.exists()
    done(done_, last + 24 * HOUR)
    watched(last + 26 * HOUR + timedelta(seconds=1))
    assert [pk for pk, _words in heard(missed)] == administrators(kept)
    assert all(said in words for _pk, words in heard(missed))
    assert Message.objects.count() == 2


def test_a_history_that_is_broken_was_looked_at(kept):
    done("history.broken", SET_UP + 24 * HOUR)
    watched(SET_UP + 40 * HOUR)
    assert heard("history") == []


def test_a_new_program_has_a_night_and_then_says_that_there_never_was_one(kept):
    watched(SET_UP + 26 * HOUR)
    assert not Message.objects.exists()
    watched(SET_UP + 27 * HOUR)
    assert {words[:8] for _pk, words in heard("backup")} == {"还没有做过备份。"}
    assert len(heard("history")) == 2


def test_it_is_said_once_a_day_and_not_on_top_of_what_nobody_read(kept):
    for hour in range(27, 80):
        watched(SET_UP + hour * HOUR)
    assert len(heard("backup")) == 2
    Message.objects.filter(to=str(kept.admin.user.pk)).update(read_at=SET_UP + 80 * HOUR, at=SET_UP + 79 * HOUR)
    watched(SET_UP + 81 * HOUR)
    assert len(heard("backup")) == 2
    watched(SET_UP + 99 * HOUR)
    assert [pk for pk, _words in heard("backup")].count(kept.admin.user.pk) == 2


def test_where_nobody_set_the_program_up_nobody_is_told(store):
    watched(SET_UP + 1000 * HOUR)
    assert not Message.objects.exists()


def test_a_backup_that_failed_is_heard_of_at_once_and_stands_in_the_log(kept, signed_in, at_noon):
    backup_failed(at=make.MOMENT)
    assert [pk for pk, _words in heard("backup.failed")] == administrators(kept)
    assert "备份没做成" in signed_in(kept.admin).get("/inbox").content.decode()
    assert "备份没做成" in signed_in(kept.general).get("/audit").content.decode()


def test_a_seal_that_could_not_be_kept_is_heard_of_and_the_check_counts(kept, settings, tmp_path):
    make.registered(kept.li, make.MOMENT)
    settings.GUISHU_SEALS_FILE = str(tmp_path / "not there" / "seals.txt")
    with clock.standing_at(make.MOMENT + 12 * HOUR):
        verify_history.call()
    assert [pk for pk, _words in heard("history.not_kept")] == administrators(kept)
    assert set(Entry.objects.filter(action__startswith="history").values_list("action", flat=True)) == {
        "history.verified", "history.not_kept",
    }  # fmt: skip
    (tmp_path / "not there").mkdir()
    with clock.standing_at(make.MOMENT + 36 * HOUR):
        verify_history.call()
    assert len(heard("history.not_kept")) == 2
    assert (tmp_path / "not there" / "seals.txt").read_text().startswith("2025-04-29T18:05:00Z ")
