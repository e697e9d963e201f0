"""Periodic work: it appears on everybody's list, becomes due, is late or not to the second, and is done once. Clauses by their ids."""

import pytest

from arbitration import services as arbitration
from leads.models import Contact, Ownership, VisitNote
from leads.periodic.clean_up import REALLOCATE, REMOVE, proposal_for
from leads.periodic.discipline import LATE, NOT_REPORTED
from leads.services import allocate, note_visits
from people import worklist
from people.acknowledging import documents, unsigned
from people.models import Routine
from people.routines import work_out
from people.services.routines import (
    acknowledge,
    ask_to_sign,
    choose_kinds,
    finish,
    lay_out,
    remind,
    settle,
)
from people.terms import Terms
from tests import make
from tests.people.routines import contact, laid_out
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
MIDNIGHT = "00:00"


def overdue(store, when, kind):
    """Who is late with it at this moment; the department by None."""
    rows = worklist.overdue(store.manager, make.at(when))
    return {row.user and row.user.name for row in rows.filter(kind=kind)}


# The weekly visit record (D12-6.1, D12-6.3a)


def test_a_week_without_a_report_is_overdue_from_monday_on(store):  # D12-6.1a/T1
    row = laid_out(store, "visit_report", "2025-03-03 08:00", store.li)
    assert (str(row.period_from), str(row.period_to)) == ("2025-03-03", "2025-03-09")
    assert "李强" not in overdue(store, "2025-03-09 23:59:59", "visit_report")
    assert "李强" in overdue(store, "2025-03-10 00:00:00", "visit_report")


def test_a_week_without_visits_needs_an_empty_report(store):  # D12-6.1a
    row = laid_out(store, "visit_report", "2025-03-03 08:00", store.li)
    finish(here=store.li, routine=row, note="", at=make.at("2025-03-09 23:59:59"))
    row.refresh_from_db()
    assert row.figures == {"visits": 0, "visited": 0, "incomplete": 0, "late_updates": 0}
    assert "李强" not in overdue(store, "2025-03-10 00:00:00", "visit_report")


@pytest.fixture
def visited(store):
    """李强 called on a customer on Monday and wrote nothing about it."""
    make.registered(store.li, make.at("2025-03-01 10:00"))
    return contact(store.li, make.PHONE, "2025-03-03 16:00", Contact.Mode.FIELD_VISIT)


def test_an_item_without_its_result_is_incomplete_and_the_report_not_accepted(store, visited):  # D12-6.1b/T1
    row = laid_out(store, "visit_report", "2025-03-03 17:00", store.li)
    note_visits(here=store.li, routine=row, notes={visited.pk: ("报价", "")}, at=make.at("2025-03-03 18:00"))
    with pytest.raises(Refusal) as refused:
        finish(here=store.li, routine=row, note="", at=make.at("2025-03-07 18:00"))
    assert refused.value.code == "incomplete"
    assert work_out(row, make.at("2025-03-07 18:00")).shown["items"][0].missing == ["结果"]


def test_an_item_with_name_number_purpose_and_result_is_complete(store, visited):  # D12-6.1b/T2
    row = laid_out(store, "visit_report", "2025-03-03 17:00", store.li)
    note_visits(here=store.li, routine=row, notes={visited.pk: ("报价", "未见到")}, at=make.at("2025-03-03 18:00"))
    finish(here=store.li, routine=row, note="", at=make.at("2025-03-07 18:00"))
    row.refresh_from_db()
    assert (row.figures["visits"], row.figures["incomplete"]) == (1, 0)


def test_a_visit_without_an_update_is_flagged_after_a_day(store, visited):  # D12-6.3a/T1
    row = laid_out(store, "visit_report", "2025-03-03 17:00", store.li)
    assert not work_out(row, make.at("2025-03-04 16:00:00")).shown["items"][0].late
    assert work_out(row, make.at("2025-03-04 16:00:01")).shown["items"][0].late


def test_an_update_after_exactly_a_day_is_in_time(store, visited):  # D12-6.3a/T2
    row = laid_out(store, "visit_report", "2025-03-03 17:00", store.li)
    note_visits(here=store.li, routine=row, notes={visited.pk: ("报价", "未见到")}, at=make.at("2025-03-04 16:00:00"))
    assert work_out(row, make.at("2025-03-09 16:00")).figures["late_updates"] == 0


def test_only_ones_own_visits_of_that_week_can_be_noted(store, visited):
    row = laid_out(store, "visit_report", "2025-03-03 17:00", store.li)
    other = laid_out(store, "visit_report", "2025-03-03 17:00", store.wang)
    for here, which in ((store.wang, row), (store.wang, other)):
        with pytest.raises(Refusal):
            note_visits(here=here, routine=which, notes={visited.pk: ("x", "y")}, at=make.at("2025-03-03 18:00"))
    assert not VisitNote.objects.exists()


# Customers kept up to date (D05-4.1c)


def test_a_customer_not_updated_in_the_month_makes_their_salesperson_overdue(store):  # D05-4.1c/T1
    make.registered(store.li, make.at("2025-01-31 10:00"))
    laid_out(store, "customer_update", "2025-02-01 08:00", store.li)
    settle(at=make.at("2025-03-01 00:00:00"))
    assert overdue(store, "2025-03-01 00:00:00", "customer_update") == {"李强"}


def test_an_update_in_the_last_minute_of_the_month_is_in_time(store):  # D05-4.1c/T2
    make.registered(store.li, make.at("2025-01-31 10:00"))
    row = laid_out(store, "customer_update", "2025-02-01 08:00", store.li)
    contact(store.li, make.PHONE, "2025-02-28 23:59")
    settle(at=make.at("2025-03-01 00:00:00"))
    assert overdue(store, "2025-03-01 00:00:00", "customer_update") == set()
    row.refresh_from_db()
    assert (row.done_at, row.figures["followed"]) == (make.at("2025-02-28 23:59"), 1)


def test_nobody_can_say_they_are_done_while_a_customer_waits(store):
    make.registered(store.li, make.at("2025-01-31 10:00"))
    row = laid_out(store, "customer_update", "2025-02-01 08:00", store.li)
    with pytest.raises(Refusal) as refused:
        finish(here=store.li, routine=row, note="", at=make.at("2025-02-20 10:00"))
    assert "1 位客户这个月还没更新" in str(refused.value.sentence)


# The clean-up (D12-6.5)


def test_a_month_without_a_clean_up_is_overdue_when_it_is_over(store):  # D12-6.5a/T1
    laid_out(store, "clean_up", "2025-03-01 08:00")
    assert overdue(store, "2025-03-31 23:59:59", "clean_up") == set()
    assert overdue(store, "2025-04-01 00:00:00", "clean_up") == {None}


def test_a_clean_up_in_the_last_second_is_in_time(store):  # D12-6.5a/T2
    row = laid_out(store, "clean_up", "2025-03-01 08:00")
    finish(here=store.manager, routine=row, note="", at=make.at("2025-03-31 23:59:59"))
    assert overdue(store, "2025-04-01 00:00:00", "clean_up") == set()


def rows_of(store, when):
    row = laid_out(store, "clean_up", when)
    return work_out(row, make.at(when)).shown["rows"]


def test_a_customer_of_120_days_without_a_sale_is_to_be_reallocated(store):  # D12-6.5b/T1
    make.registered(store.li, make.at("2024-12-01 10:00"))
    (found,) = rows_of(store, "2025-03-31 10:00")
    assert (found["proposal"], found["days"], found["held"].user) == (REALLOCATE, 120, store.li.user)


def test_ninety_days_are_not_long_and_ninety_one_are(store):  # "strictly more than"
    make.registered(store.li, make.at("2024-12-01 10:00"))
    assert rows_of(store, "2025-03-01 23:59") == []
    assert len(rows_of(store, "2025-03-02 00:00")) == 1


def test_of_a_customer_who_was_reallocated_in_vain_the_removal_is_proposed(store):
    make.registered(store.li, make.at("2024-08-01 10:00"))
    allocate(
        here=store.manager, customer=make.customer(), to=store.wang.user, reason="清查", at=make.at("2024-12-01 10:00")
    )
    held = Ownership.objects.open().get()
    assert proposal_for(held) == REMOVE


def test_a_customer_who_bought_is_left_alone_but_listed_as_not_followed_up(store):
    from tests.arbitration.test_collisions import signed

    make.registered(store.li, make.at("2024-12-01 10:00"))
    signed(store, store.li, when=make.at("2024-12-10 10:00"))
    row = laid_out(store, "clean_up", "2025-03-31 10:00")
    figures = work_out(row, make.at("2025-03-31 10:00")).figures
    assert (figures["proposed"], figures["stale"]) == (0, 1)


# Who does not report (D08-7.2, D08-4.2a)


def findings(store, when):
    row = laid_out(store, "discipline", when)
    return [(f.user.name, f.finding, f.contacts) for f in work_out(row, make.at(when)).shown["rows"]]


def other_customer(store):
    """A customer whom 王芳 reported and follows, so that there is one for 李强 to call."""
    make.registered(store.wang, make.at("2025-02-10 10:00"))


def test_three_contacts_without_a_report_are_listed(store):  # D08-4.2a/T1
    other_customer(store)
    for day in ("20", "21", "24"):
        contact(store.li, make.PHONE, f"2025-02-{day} 10:00")
    assert findings(store, "2025-03-03 10:00") == [("李强", NOT_REPORTED, 3)]


def test_a_report_within_the_day_is_not_listed(store):  # D08-4.2a/T2
    other_customer(store)
    contact(store.li, make.PHONE, "2025-02-20 10:00")
    make.registered(store.li, make.at("2025-02-20 11:00"))
    assert findings(store, "2025-03-03 10:00") == []


def test_a_report_later_than_a_day_after_the_first_contact_is_late(store):
    other_customer(store)
    contact(store.li, make.PHONE, "2025-02-20 10:00")
    make.registered(store.li, make.at("2025-02-21 10:00:01"))
    assert findings(store, "2025-03-03 10:00") == [("李强", LATE, 1)]


def test_whom_the_house_gave_somebody_need_not_be_reported(store):
    other_customer(store)
    allocate(
        here=store.manager, customer=make.customer(), to=store.li.user, reason="分配", at=make.at("2025-02-19 10:00")
    )
    contact(store.li, make.PHONE, "2025-02-20 10:00")
    assert findings(store, "2025-03-03 10:00") == []


# Reviews have the month after their period


@pytest.mark.parametrize(
    ("kind", "begins", "in_time", "late"),
    [
        ("discipline", "2025-03-01 08:00", "2025-03-31 23:59:59", "2025-04-01 00:00:00"),  # D08-7.2/T1, T2
        ("allocation", "2025-03-01 08:00", "2025-03-31 23:59:59", "2025-04-01 00:00:00"),  # D03-3.2a/T1, T2
        ("evaluation", "2025-07-01 08:00", "2025-07-31 23:59:59", "2025-08-01 00:00:00"),  # D08-7.4/T1, T2
        ("training", "2025-01-01 08:00", "2025-03-31 23:00:00", "2025-04-01 00:00:00"),  # D14-4.4/T1, T2
    ],
)
@pytest.mark.parametrize("done", [True, False])
def test_the_departments_work_is_late_at_midnight_and_not_before(store, kind, begins, in_time, late, done):
    row = laid_out(store, kind, begins)
    assert row.done_at is None
    if done:
        finish(here=store.manager, routine=row, note="办完", at=make.at(in_time))
    assert overdue(store, in_time, kind) == set()
    assert overdue(store, late, kind) == (set() if done else {None})


def test_an_evaluation_without_a_change_leaves_the_version_as_it_is(store):  # D08-7.4/T2
    before = list(store.project.policies.values_list("policy", flat=True))
    row = laid_out(store, "evaluation", "2025-07-01 08:00")
    finish(here=store.general, routine=row, note="不用改", at=make.at("2025-07-31 23:59:59"))
    assert list(store.project.policies.values_list("policy", flat=True)) == before
    row.refresh_from_db()
    assert row.figures["versions"] == 0


def test_the_statistics_count_by_person_source_and_region(store):  # D03-3.2
    make.registered(store.li, make.at("2025-02-03 10:00"), number="13800000001")
    make.registered(store.li, make.at("2025-02-04 10:00"), number="13800000002")
    make.registered(store.wang, make.at("2025-02-05 10:00"), number="13800000003")
    row = laid_out(store, "allocation", "2025-03-01 08:00")
    sheet = work_out(row, make.at("2025-03-01 08:00"))
    assert (sheet.figures["allocated"], sheet.figures["reports"]) == (3, 3)
    people, sources, regions = sheet.shown["plots"]
    assert [(bar.label, bar.count) for bar in people.bars] == [("李强", 2), ("王芳", 1)]
    assert [(bar.label, bar.count) for bar in sources.bars] == [("外拓", 3)]
    assert [(bar.label, bar.count) for bar in regions.bars] == [("没填区域", 3)]
    assert people.bars[0].width == 2 * people.bars[1].width


# Lists and messages


def test_laying_out_twice_makes_nothing_twice(store):
    assert lay_out(at=make.at("2025-03-03 08:00")) > 0
    assert lay_out(at=make.at("2025-03-03 08:10")) == 0


def test_a_week_in_which_the_program_stood_still_is_made_up_for(store):
    laid_out(store, "visit_report", "2025-03-03 08:00", store.li)
    lay_out(at=make.at("2025-03-17 08:00"))
    weeks = Routine.objects.filter(kind="visit_report", user=store.li.user).values_list("period_from", flat=True)
    assert sorted(str(day) for day in weeks) == ["2025-03-03", "2025-03-10", "2025-03-17"]


def test_nothing_is_asked_of_the_time_before_somebody_came(store):
    make.person("new", "新人", "salesperson", store.project).user.memberships.update(since=make.at("2025-03-12 09:00"))
    laid_out(store, "visit_report", "2025-03-03 08:00", store.li)
    lay_out(at=make.at("2025-03-17 08:00"))
    weeks = Routine.objects.filter(kind="visit_report", user__username="new").values_list("period_from", flat=True)
    assert sorted(str(day) for day in weeks) == ["2025-03-10", "2025-03-17"]


def test_whoever_does_it_is_told_once_and_no_more_when_it_is_done(store):
    row = laid_out(store, "visit_report", "2025-03-03 08:00", store.li)
    assert remind(at=make.at("2025-03-06 08:00")) == 0 or not Message.objects.filter(link=f"/work/{row.pk}").exists()
    remind(at=make.at("2025-03-07 08:00"))
    remind(at=make.at("2025-03-08 08:00"))
    (told,) = Message.objects.filter(link=f"/work/{row.pk}")
    assert (told.to, told.waits, str(told)) == (str(store.li.user.pk), True, "客户拜访周报：2025-03-09 24:00前做完")
    finish(here=store.li, routine=row, note="", at=make.at("2025-03-08 09:00"))
    told.refresh_from_db()
    assert not told.waits


def test_the_departments_work_is_told_to_whoever_manages_it(store):
    row = laid_out(store, "discipline", "2025-03-01 08:00")
    remind(at=make.at("2025-03-01 08:10"))
    told = set(Message.objects.filter(link=f"/work/{row.pk}").values_list("to", flat=True))
    assert told == {str(store.manager.user.pk), str(store.general.user.pk)}


def test_a_kind_that_the_project_does_not_do_is_laid_out_no_more(store):
    choose_kinds(here=store.admin, kinds={"training"}, at=make.at("2025-03-01 08:00"))
    lay_out(at=make.at("2025-03-03 08:00"))
    assert set(Routine.objects.values_list("kind", flat=True)) == {"training"}


def test_nobody_does_anothers_work_nor_twice(store):
    row = laid_out(store, "visit_report", "2025-03-03 08:00", store.li)
    for here in (store.wang, store.manager):
        with pytest.raises(Refusal) as refused:
            finish(here=here, routine=row, note="", at=make.at("2025-03-05 08:00"))
        assert refused.value.code == "not_yours"
    finish(here=store.li, routine=row, note="", at=make.at("2025-03-05 08:00"))
    with pytest.raises(Refusal) as refused:
        finish(here=store.li, routine=row, note="", at=make.at("2025-03-05 08:00"))
    assert refused.value.code == "done_already"


def test_a_training_needs_a_word_about_what_it_was(store):
    row = laid_out(store, "training", "2025-01-02 08:00")
    with pytest.raises(Refusal) as refused:
        finish(here=store.manager, routine=row, note=" ", at=make.at("2025-01-10 08:00"))
    assert refused.value.code == "note_missing"


# 签字认可 (D09-9)


def names(people):
    return {person.name for person in people}


def test_whoever_has_not_signed_the_policy_is_listed(store):  # D09-9/T1, T2
    (policy,) = documents(store.project, make.at("2025-03-01 08:00"))
    acknowledge(here=store.li, subject=policy.subject, at=make.at("2025-03-01 09:00"))
    left = names(unsigned(store.project, policy, make.at("2025-03-03 08:00")))
    assert "王芳" in left
    assert "李强" not in left
    assert "李强" in names(unsigned(store.project, policy, make.at("2025-03-01 08:59:59")))


def test_a_new_version_is_signed_anew(store):
    (policy,) = documents(store.project, make.at("2025-03-01 08:00"))
    acknowledge(here=store.li, subject=policy.subject, at=make.at("2025-03-01 09:00"))
    arbitration.withdraw(
        project=store.project, pack="home-decoration", by=store.admin.user, at=make.at("2025-03-05 09:00")
    )
    arbitration.put_in_force(
        project=store.project, policy=arbitration.publish("first-report", at=make.at("2025-03-05 09:00")), terms=Terms(),
        by="tests", at=make.at("2025-03-05 09:01"),
    )  # fmt: skip
    (now,) = documents(store.project, make.at("2025-03-06 08:00"))
    assert now.subject != policy.subject
    assert "李强" in names(unsigned(store.project, now, make.at("2025-03-06 08:00")))
    with pytest.raises(Refusal):
        acknowledge(here=store.li, subject=policy.subject, at=make.at("2025-03-06 09:00"))


def test_everybody_is_asked_to_sign_once_until_they_have(store):
    asked = ask_to_sign(at=make.at("2025-03-01 08:00"))
    assert asked == len(
        unsigned(store.project, documents(store.project, make.at("2025-03-01 08:00"))[0], make.at("2025-03-01 08:00"))
    )
    assert ask_to_sign(at=make.at("2025-03-01 08:10")) == 0
    (policy,) = documents(store.project, make.at("2025-03-01 08:00"))
    acknowledge(here=store.li, subject=policy.subject, at=make.at("2025-03-01 09:00"))
    acknowledge(here=store.li, subject=policy.subject, at=make.at("2025-03-01 09:05"))
    told = Message.objects.get(to=str(store.li.user.pk), kind="policy.sign")
    assert told.done_at == make.at("2025-03-01 09:00")


def test_whoever_took_part_in_a_training_signs_its_list(store):
    row = laid_out(store, "training", "2025-01-02 08:00")
    finish(here=store.manager, routine=row, note="讲解报备", at=make.at("2025-01-10 08:00"))
    signed = acknowledge(here=store.li, subject=f"training:{row.pk}", at=make.at("2025-01-10 09:00"))
    assert signed.subject == f"training:{row.pk}"
    with pytest.raises(Refusal):
        acknowledge(here=store.li, subject="training:999999", at=make.at("2025-01-10 09:00"))
