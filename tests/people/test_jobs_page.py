"""设置 → 任务: an administrator sees who works, what comes next and what failed, and does something about it."""

from datetime import timedelta

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config import schedule
from people.background import SHOWN
from people.roles import Role
from people.upkeep import verify_history
from tests import database, make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from tests.trail import work
from trail import jobs
from trail.models import Delivery, Entry, Message, Periodic, WorkerSign
from trail.services import tell

FAILED = TaskResultStatus.FAILED
PAGE = "/settings/jobs"


def sign(age):
    seen = make.MOMENT - timedelta(seconds=age)
    return WorkerSign.objects.create(
        id=f"w{age}", host="counter-2", started_at=make.at("2025-04-28 08:00"), seen_at=seen
    )


def given_up(name="王先生 13912345678"):
    """A task that failed for good; what it was about must not show."""
    id_ = work.fail.enqueue(name).id
    DBTaskResult.objects.filter(pk=id_).update(
        status=FAILED, worker_ids=["a", "b", "c"], finished_at=make.MOMENT,
        exception_class_path="django.db.utils.IntegrityError", traceback="…\ntests/trail/work.py:34 fail",
    )  # fmt: skip
    return id_


def letter(to, at, **more):
    tell(to=to, kind="x.y", sentence="有事", at=at)
    row = Delivery.objects.get_or_create(
        message=Message.objects.last(), channel="email", defaults={"to": to, "due_at": at}
    )[0]
    Delivery.objects.filter(pk=row.pk).update(**more)
    return row.pk


def lost(store):
    return letter(
        store.li.user.pk, make.MOMENT, state="failed", tries=6, why="timeout", done_at=make.MOMENT + timedelta(hours=1)
    )


@pytest.fixture
def page(store, signed_in, at_noon):
    """`page()` is what the administrator reads."""
    client = signed_in(store.admin)
    return lambda: client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_without_a_worker_the_page_says_so_and_what_to_do(page):
    assert "没有后台在跑" in page()
    assert "./guishu worker" in page()
    sign(10)
    assert "没有后台在跑" not in page()
    assert "counter-2" in page()


@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_shown_as_such(page):
    sign(31)
    assert "没有后台在跑" in page()
    assert "没声音了" in page()


@pytest.mark.django_db
def test_each_periodic_job_stands_there_with_last_and_next_run(page):
    schedule.declare()
    assert "等后台来排" in page()
    jobs.declare_schedule(at=make.MOMENT)
    Periodic.objects.filter(name="verify_history").update(last_at=make.at("2025-04-28 02:10"))
    shown = page()
    assert "核对历史" in shown
    assert "每天 02:10" in shown
    assert "4月28日 02:10" in shown
    assert "4月29日 02:10" in shown


@pytest.mark.django_db
def test_a_failed_task_shows_what_went_wrong_and_never_about_whom(page):
    given_up()
    shown = page()
    assert "做不成" in shown
    assert "IntegrityError" in shown
    assert "tests/trail/work.py:34 fail" in shown
    assert "13912345678" not in shown
    assert "王先生" not in shown


@pytest.mark.django_db
def test_what_failed_stands_before_the_many_jobs_at_set_times(page):
    given_up()
    shown = page()
    assert 0 < shown.index("做不成") < shown.index('id="schedule"')
    assert 0 < shown.index('id="failed"') < shown.index('id="letters"') < shown.index('id="schedule"')


@pytest.mark.django_db
def test_of_a_letter_that_did_not_go_it_says_where_to_look(page):
    DBTaskResult.objects.filter(pk=given_up()).update(exception_class_path="people.channels.NotSent")
    shown = page()
    assert "信没有发出去：去渠道里发一封试试" in shown
    assert "NotSent" not in shown


@pytest.mark.django_db
def test_a_task_that_waits_for_its_next_try_says_when(page):
    id_ = work.write.enqueue("x").id
    DBTaskResult.objects.filter(pk=id_).update(worker_ids=["a"], run_after=make.at("2025-04-28 14:06"))
    assert "试过 1 次，14:06:00 再试" in page()


@pytest.mark.django_db
def test_try_again_puts_it_back_and_drop_takes_it_away(store, signed_in, at_noon):
    client = signed_in(store.admin)
    first, second = given_up(), given_up()
    assert "放回去了" in client.post(f"{PAGE}/{first}/again", follow=True).content.decode()
    assert "不管它了" in client.post(f"{PAGE}/{second}/drop", follow=True).content.decode()
    left = DBTaskResult.objects.get()
    assert (str(left.pk), left.status, left.worker_ids) == (first, TaskResultStatus.READY, [])
    done = Entry.objects.filter(action__startswith="job.").order_by("pk")
    assert [(e.action, e.actor, e.project) for e in done] == [
        ("job.retry", str(store.admin.user.pk), "store"), ("job.drop", str(store.admin.user.pk), "store"),
    ]  # fmt: skip
    audit = client.get("/audit").content.decode()
    assert "再试一个任务" in audit
    assert "不再管一个任务" in audit


@pytest.mark.django_db
def test_a_task_that_somebody_else_dealt_with_is_a_sentence(store, signed_in, at_noon):
    client, id_ = signed_in(store.admin), given_up()
    client.post(f"{PAGE}/{id_}/again")
    for act in ("again", "drop"):
        assert "已经有人处理了" in client.post(f"{PAGE}/{id_}/{act}", follow=True).content.decode()
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


@pytest.mark.django_db
def test_letters_that_were_given_up_are_sent_again_one_or_all(store, signed_in, at_noon):
    client = signed_in(store.admin)
    one, two, three = lost(store), lost(store), lost(store)
    waiting = letter(store.wang.user.pk, make.MOMENT)
    shown = client.get(PAGE).content.decode()
    assert "等着发 1 条，没发出去 3 条" in shown
    assert "李强" in shown
    assert "10 秒没有回答" in shown
    client.post(f"{PAGE}/letters/{two}/again")
    row = Delivery.objects.get(pk=two)
    assert (row.state, row.tries, row.why, row.due_at, row.done_at) == ("waiting", 0, "", make.MOMENT, None)
    assert "2 条放回去了" in client.post(f"{PAGE}/letters/again", follow=True).content.decode()
    assert set(Delivery.objects.filter(pk__in=[one, two, three, waiting]).values_list("state", flat=True)) == {
        "waiting"
    }
    assert "没有要再发的" in client.post(f"{PAGE}/letters/{one}/again", follow=True).content.decode()
    assert list(Entry.objects.filter(action="delivery.retry").values_list("detail__count", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_the_page_is_bounded_however_much_has_failed(store, signed_in, at_noon, django_assert_max_num_queries):
    client = signed_in(store.admin)
    for _ in range(SHOWN + 5):
        given_up()
        lost(store)
    with django_assert_max_num_queries(20):
        shown = client.get(PAGE).content.decode()
    assert f"{SHOWN + 5} 个任务试完了还没做成" in shown
    assert shown.count("再试</button>") == SHOWN
    assert shown.count("再发</button>") == SHOWN + 1


# the nightly look at the history


@pytest.mark.django_db
def test_a_whole_history_is_no_news(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    verify_history.call()
    assert not Message.objects.filter(kind="history.broken").exists()


def test_a_history_that_was_rewritten_reaches_every_administrator_until_they_have_read_it(committed, signed_in):
    store = make.store()
    other = make.person("second", "吴敏", Role.ADMINISTRATOR, store.project)
    make.registered(store.li, make.at("2025-04-01 10:00"))
    owner = database.owner()
    owner.cursor().execute(
        "ALTER TABLE leads_ownership DISABLE TRIGGER USER; UPDATE leads_ownership SET source = 'x';"
        "ALTER TABLE leads_ownership ENABLE TRIGGER USER"
    )
    owner.commit()
    owner.close()
    verify_history.call()
    verify_history.call()  # it may run twice
    told = Message.objects.filter(kind="history.broken")
    assert set(told.values_list("to", flat=True)) == {str(store.admin.user.pk), str(other.user.pk)}
    assert told.count() == 2
    assert "被改过" in signed_in(store.admin).get("/inbox").content.decode()


@pytest.mark.parametrize(("viewport", "locale"), [(DESKTOP, "en-US"), (PHONE, "zh-CN")])
def test_the_page_in_a_browser(site, open_page, viewport, locale):
    store = make.store()
    given_up()
    lost(store)
    lost(store)
    WorkerSign.objects.create(id="w", host="counter-2", started_at=make.MOMENT, seen_at=make.MOMENT)
    admin = Person(open_page(viewport=viewport, locale=locale), site, store.admin)
    admin.go(PAGE)
    admin.click("form[action$='/drop'] button")
    assert not DBTaskResult.objects.exists()
    admin.click("form[action$='/letters/again'] button")
    assert set(Delivery.objects.filter(to=str(store.li.user.pk)).values_list("state", flat=True)) <= {"waiting", "sent"}
