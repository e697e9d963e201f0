"""Importing: tried first, then stored in batches; each row once, whatever happens; the earliest original date owns (G-54)."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from leads.importing import background, ending, reading, running
from leads.models import Customer, ImportRow, ImportRun, Ownership, Registration
from leads.services import begin_import, confirm_import, drop_import, start_import
from people.models import Membership, User
from tests import make
from trail import clock, jobs
from trail.models import Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LEADS = "姓名,称呼,手机号,业务员\n"
OWNED = "姓名,手机号,业务员,归属开始,到期\n"


def number(i):
    return f"1391000{i:04d}"


def rows(count, seller=""):
    return "".join(f"张建国,先生,{number(i)},{seller}\n" for i in range(count))


def tried(here, text, kind="leads"):
    """A file that was uploaded and tried."""
    content = text if isinstance(text, bytes) else text.encode()
    run = start_import(here=here, kind=kind, file_name="名单.csv", content=content, at=make.MOMENT)
    background.try_import.call(run.pk)
    return again(run)


def again(run):
    return ImportRun.objects.get(pk=run.pk)


def imported(here, text, kind="leads"):
    """A file that was uploaded, tried and imported."""
    run = tried(here, text, kind)
    assert run.state == "tried", run.error
    begin_import(here=here, run=run, at=make.MOMENT)
    background.do_import.call(run.pk)
    return again(run)


def said(run):
    """Line and outcome of the rows with something to say."""
    return [(row.line, row.outcome, row.code) for row in run.lines.exclude(outcome="head").order_by("line")]


def owner(i):
    return Ownership.objects.open().get(customer=make.customer(number(i))).user


# ── a try, then the import ──


def test_a_try_says_what_would_come_and_stores_nothing(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number=number(0))
    run = tried(store.manager, LEADS + rows(3, "李强") + "李四,先生,1391234,李强\n")
    assert (run.state, run.rows, run.done_rows) == ("tried", 4, 0)
    assert run.counts == {"taken": 1, "new": 2, "wrong": 1}
    assert said(run) == [(2, "taken", ""), (5, "wrong", "too_short")]
    assert Registration.objects.count() == 1


def test_an_import_stores_every_good_row_and_says_why_the_others_were_not(store):
    run = imported(store.manager, LEADS + rows(3, "李强") + "李四,先生,1391234,李强\n,先生,13910009999,李强\n")
    assert (run.state, run.done_rows, run.counts) == ("done", 5, {"new": 3, "wrong": 2})
    assert said(run) == [(5, "wrong", "too_short"), (6, "wrong", "name_missing")]
    assert [owner(i) for i in range(3)] == [store.li.user] * 3
    assert run.sealed_file is None


def test_a_salesperson_imports_their_own_and_nobody_elses(store):
    run = imported(store.li, LEADS + "张三,先生,13910000001,\n李四,先生,13910000002,王芳\n王五,先生,13910000003,李强\n")
    assert run.counts == {"new": 2, "wrong": 1}
    assert said(run) == [(3, "wrong", "not_yours")]
    assert owner(1) == owner(3) == store.li.user


def test_a_try_tells_a_salesperson_nothing_of_others_customers(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number=number(0))
    run = tried(store.li, LEADS + rows(2))
    assert run.counts == {"ready": 2}
    assert said(run) == []


def test_a_row_whose_customer_is_taken_is_kept_as_a_contesting_claim(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number=number(0))
    run = imported(store.li, LEADS + rows(1))
    assert said(run) == [(2, "taken", "")]
    assert run.lines.get(outcome="taken").registration.contesting
    assert owner(0) == store.wang.user
    assert store.project.collisions.count() == 1


def test_an_owner_is_told_once_of_many(store):
    for i in range(3):
        make.registered(store.wang, make.at("2025-04-01 10:00"), number=number(i))
    imported(store.li, LEADS + rows(3))
    (message,) = Message.objects.filter(to=str(store.wang.user.pk), kind="lead.contested")
    assert "3 位客户" in str(message)


def test_the_same_customer_twice_in_a_file_is_stored_once(store):
    run = imported(store.li, LEADS + rows(1) + rows(1))
    assert said(run) == [(3, "twice", "")]
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(("seller", "code"), [("没有这人", "no_seller"), ("", "seller_missing")])
def test_a_seller_who_is_not_here_is_said(store, seller, code):
    assert said(imported(store.admin, LEADS + rows(1, seller))) == [(2, "wrong", code)]


def test_a_seller_who_left_is_said_to_have_left(store):
    Membership.objects.filter(user=store.wang.user).update(until=make.MOMENT)
    User.objects.filter(pk=store.zhao.user.pk).update(is_active=False)
    lines = [owned(f"张三,{number(i)},{name},2025-03-03,") for i, name in enumerate(("王芳", "赵磊", "没有这人"))]
    codes = [said(imported(store.manager, line, "ownership"))[0][2] for line in lines]
    assert codes == ["seller_left", "seller_left", "no_seller"]


def test_of_a_namesake_who_left_nothing_is_said_while_another_works_here(store):
    gone = make.person("li2", "李强", "salesperson", store.project)
    Membership.objects.filter(user=gone.user).update(until=make.MOMENT)
    assert imported(store.manager, LEADS + rows(1, "李强")).counts == {"new": 1}


def test_two_of_one_name_are_told_apart_by_their_account(store):
    make.person("li2", "李强", "salesperson", store.project)
    run = imported(store.manager, LEADS + rows(1, "李强") + "李四,先生,13910000007,li\n")
    assert said(run) == [(2, "wrong", "two_sellers")]
    assert owner(7) == store.li.user


def test_a_company_is_known_by_its_code_and_needs_no_number(store):
    text = "客户名称,手机号,统一社会信用代码\n秀兰家居有限公司,,91440300MA5EXAMPL8\n秀兰家居,,91440300MA5EXAMPL8\n"
    imported(store.li, text)
    (company,) = Customer.objects.all()
    assert (company.kind, company.code, company.name) == ("company", "91440300MA5EXAMPL8", "秀兰家居有限公司")


# ── ownership that was there before (G-54) ──


def owned(*lines):
    return OWNED + "".join(f"{line}\n" for line in lines)


def test_ownership_comes_with_its_original_date(store):
    run = imported(store.manager, owned(f"张三,{number(1)},李强,2024-03-03,2025-06-30"), "ownership")
    held = Ownership.objects.get()
    assert (held.user, held.reason, held.since) == (store.li.user, "imported", make.at("2024-03-03 00:00"))
    assert held.protected_until == make.at("2025-07-01 00:00")
    report = Registration.objects.get()
    assert (report.channel, report.claimed_at, report.at) == ("import", make.at("2024-03-03 00:00"), make.MOMENT)
    assert run.counts == {"new": 1}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
@pytest.mark.parametrize("batch", [1, 2, 1000])
def test_the_earliest_original_date_owns_whatever_the_order_of_rows_and_batches(store, monkeypatch, order, batch):
    monkeypatch.setattr(running, "A_BATCH", batch)
    lines = [
        f"张三,{number(1)},李强,2024-03-03,", f"张三,{number(1)},王芳,2024-02-02,", f"张三,{number(1)},赵磊,2024-05-05,",
    ]  # fmt: skip
    imported(store.manager, owned(*(lines[i] for i in order)), "ownership")
    assert owner(1) == store.wang.user
    assert Registration.objects.count() == 3
    assert store.project.collisions.count() == 1


def test_the_same_ownership_again_brings_none_and_asks_nobody_to_confirm(store):
    lines = owned(*(f"张建国,{number(i)},李强,2024-03-03," for i in range(3)))
    first, second = (imported(store.manager, lines, "ownership") for _ in range(2))
    assert second.counts == {"yours": 3}
    assert [ending.waits_for_confirmation(run) for run in (first, second)] == [True, False]
    links = Message.objects.filter(kind="import.confirm").values_list("link", flat=True)
    assert set(links) == {ending.address(first)}
    ending.remind(at=make.MOMENT + timedelta(days=40))
    assert set(Message.objects.filter(kind="import.confirm").values_list("link", flat=True)) == {ending.address(first)}
    with pytest.raises(Refusal):
        confirm_import(here=store.general, run=second, at=make.MOMENT)


def test_imported_ownership_never_wins_against_one_that_lives(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number=number(1))
    run = imported(store.manager, owned(f"张建国,{number(1)},李强,2024-03-03,"), "ownership")
    assert said(run) == [(2, "taken", "")]
    assert owner(1) == store.wang.user
    assert store.project.collisions.count() == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"张三,{number(1)},李强,,", "since_missing"),
        (f"张三,{number(1)},李强,2030-01-01,", "in_future"),
        (f"张三,{number(1)},李强,2024-01-01,2024-02-02", "over_already"),
        (f"张三,{number(1)},李强,3/4/2024,", "bad_date"),
        (f"张三,{number(1)},,2024-01-01,", "seller_missing"),
        ("张三,139****3333,李强,2024-01-01,", "mask_not_enough"),
    ],
)
def test_ownership_that_cannot_be_is_said(store, line, code):
    assert said(imported(store.manager, owned(line), "ownership")) == [(2, "wrong", code)]


def test_management_confirms_within_thirty_days(store):
    run = imported(store.manager, owned(f"张三,{number(1)},李强,2024-03-03,"), "ownership")
    asked = Message.objects.filter(kind="import.confirm").waiting()
    assert {message.to for message in asked} == {str(store.manager.user.pk), str(store.general.user.pk)}
    confirm_import(here=store.general, run=run, at=make.MOMENT)
    assert again(run).confirmed_by == store.general.user
    assert not asked.all().exists()
    with pytest.raises(Refusal):
        confirm_import(here=store.general, run=run, at=make.MOMENT)


def test_management_is_reminded_once_a_week_of_what_nobody_confirmed(store):
    run = imported(store.manager, owned(f"张三,{number(1)},李强,2024-03-03,"), "ownership")
    ended = again(run).ended_at
    assert ending.remind(at=ended + timedelta(days=30)) == 0  # exactly thirty days are in time
    late = ended + timedelta(days=30, seconds=1)
    assert [ending.remind(at=late), ending.remind(at=late + timedelta(days=6))] == [1, 0]
    assert ending.remind(at=late + timedelta(days=8)) == 1
    confirm_import(here=store.general, run=again(run), at=late + timedelta(days=9))
    assert ending.remind(at=late + timedelta(days=30)) == 0


# ── nothing twice, nothing lost ──


class StopError(Exception):
    """The worker is killed."""


def test_nobody_stands_in_for_a_customer_who_is_to_be_corrected(store):
    late = (
        f"张三,女士,{number(1)},,2025/3/4 10:00\n张三,女士,{number(1)},,4/3/2025\n张三,女士,{number(1)},,2025-03-05\n"
    )
    run = imported(
        store.li,
        LEADS.replace("\n", ",报备时间\n")
        + "王芳,女士,12,,\n王芳,女士,13,,\n李红,女士,139*123,,\n李红,女士,139*124,,\n"
        + late,
    )
    assert [(line, outcome) for line, outcome, _code in said(run)] == [
        (2, "wrong"), (3, "wrong"), (4, "wrong"), (5, "wrong"), (7, "wrong"), (8, "twice")
    ]  # fmt: skip
    assert run.counts == {"new": 1, "wrong": 5, "twice": 1}


def test_a_row_that_was_wrong_leaves_room_for_the_right_one_below(store):
    head = LEADS.replace("\n", ",报备时间\n")
    run = imported(store.li, f"{head}张三,女士,{number(1)},,4/3/2025\n张三,女士,{number(1)},,2025-03-05\n")
    assert run.counts == {"new": 1, "wrong": 1}


@pytest.mark.parametrize("when", [1, 2, 3])
def test_after_a_stop_between_two_batches_no_row_is_lost_or_stored_twice(store, monkeypatch, when):
    monkeypatch.setattr(running, "A_BATCH", 2)
    run = tried(store.li, LEADS + rows(7) + rows(2))
    begin_import(here=store.li, run=run, at=make.MOMENT)
    whole, calls = running._batch, []

    def stopping(*given):
        calls.append(1)
        if len(calls) == when + 1:
            raise StopError
        whole(*given)

    monkeypatch.setattr(running, "_batch", stopping)
    with pytest.raises(StopError):
        background.do_import.call(run.pk)
    assert again(run).done_rows == when * 2
    assert Registration.objects.count() == when * 2
    monkeypatch.setattr(running, "_batch", whole)
    background.do_import.call(run.pk)
    background.do_import.call(run.pk)  # a job runs at least once
    assert (again(run).state, again(run).counts) == ("done", {"new": 7, "twice": 2})
    assert Registration.objects.count() == 7


def test_a_stop_within_a_batch_leaves_nothing_of_it(store, monkeypatch):
    run = tried(store.li, LEADS + rows(3))
    begin_import(here=store.li, run=run, at=make.MOMENT)
    monkeypatch.setattr(running, "_advance", lambda *given: (_ for _ in ()).throw(StopError))
    with pytest.raises(StopError):
        background.do_import.call(run.pk)
    assert (Registration.objects.count(), again(run).done_rows) == (0, 0)


def test_what_was_dropped_is_not_imported(store):
    run = tried(store.li, LEADS + rows(1))
    drop_import(here=store.li, run=run, at=make.MOMENT)
    with pytest.raises(Refusal):
        begin_import(here=store.li, run=run, at=make.MOMENT)
    background.do_import.call(run.pk)
    assert Registration.objects.count() == 0
    assert again(run).sealed_file is None


def test_a_run_whose_task_failed_and_was_dropped_has_ended_and_says_so(store):
    run = tried(store.manager, LEADS + rows(1, "李强"))
    begin_import(here=store.manager, run=run, at=make.MOMENT)
    task = DBTaskResult.objects.latest("enqueued_at")
    DBTaskResult.objects.filter(pk=task.pk).update(status="FAILED", finished_at=make.MOMENT)
    jobs.drop(id_=task.pk, by=store.admin.user.pk, at=make.MOMENT)
    assert again(run).state == "failed"
    assert "管理员也没有再试" in again(run).error
    background.do_import.call(run.pk)  # a worker who held it all the same
    assert not Registration.objects.exists()


def test_whoever_has_left_imports_nothing(store):
    run = tried(store.li, LEADS + rows(1))
    begin_import(here=store.li, run=run, at=make.MOMENT)
    store.li.user.memberships.update(until=make.at("2025-04-01 10:00"))
    background.do_import.call(run.pk)
    assert (again(run).state, Registration.objects.count()) == ("failed", 0)
    assert "不在这个项目" in again(run).error


def test_nobody_begins_what_another_brought(store):
    run = tried(store.li, LEADS + rows(1))
    with pytest.raises(Refusal):
        begin_import(here=store.manager, run=run, at=make.MOMENT)


def test_no_number_of_a_file_stands_in_the_database_in_clear(store):
    run = tried(store.li, LEADS + "张三,先生,123,\n")
    kept = [bytes(run.sealed_file), *(bytes(row.sealed_cells) for row in ImportRow.objects.all())]
    assert not any("张三".encode() in content or b"123" in content for content in kept)
    assert clock.now() == make.MOMENT
    assert reading.MOST_BYTES == 25_000_000


def test_the_demonstration_shows_an_import_with_rows_to_correct_and_one_that_was_tried(store):
    from config.demo.imports import imports

    imports(store.manager, ["李强", "王芳"], make.MOMENT)
    old, fair = ImportRun.objects.order_by("pk")
    assert (old.state, old.counts) == ("done", {"new": 2, "wrong": 2})
    assert (fair.state, fair.counts) == ("tried", {"new": 2, "twice": 1})
