"""Somebody leaves (离职交接, D01-3.4 … 3.6, G-10): out at once, counted, nothing without an owner, two signatures, archived."""

from datetime import date

import pytest

from arbitration.models import Collision
from leads.models import NotebookEntry, Ownership, Task
from leads.services import (
    LeadInput,
    add_task,
    register_lead,
    sign_deal,
    takers,
)
from people import leaving
from people.models import ApiToken, HandOver, Membership
from people.services import deactivate
from people.services.handing_over import (
    FINANCE,
    OFFICE,
    archive_hand_over,
    close_leavers,
    open_hand_over,
    receive_books,
    sign_hand_over,
    withdraw_hand_over,
)
from people.services.routines import ask_to_sign
from people.workplace import workplace
from tests import ledger, make, programs
from tests.leaving import EVENING, LAST_DAY, NOON, followed, hand, holders, leaves
from trail import clock
from trail.models import Message
from trail.refusals import Refusal

BOOKS = {"collection", "visit", "signed"}


@pytest.fixture
def customers(db, store):
    """Five customers whom 李强 follows."""
    return followed(store)


def sold(store, customer):
    """李强 signed a contract with this customer."""
    return sign_deal(
        here=store.li, customer=customer, closer=store.li.user, designer=None, amount_fen=120_000_00,
        commission_fen=6_000_00, term_months=None, at=make.at("2025-03-12 10:00"),
    )  # fmt: skip


def refused(call, **given):
    with pytest.raises(Refusal) as error:
        call(**given)
    return error.value.code


def finished(store, row):
    """Books handed in, signed by two."""
    receive_books(here=store.finance, hand_over=row, books=BOOKS, at=EVENING)
    sign_hand_over(here=store.finance, hand_over=row, as_=FINANCE, at=EVENING)
    return sign_hand_over(here=store.admin, hand_over=row, as_=OFFICE, at=EVENING)


@pytest.mark.django_db
def test_the_three_notebooks_are_there_before_the_first_entry(store, signed_in):  # D01-3.2/T1, T2
    new = signed_in(make.person("new", "新人", "salesperson", store.project))
    for book in NotebookEntry.Book.values:
        assert new.get(f"/me?book={book}").status_code == 200


# Out at once


@pytest.mark.django_db
def test_whoever_left_today_is_out_at_the_next_click_with_all_sessions_and_tokens(store, signed_in, at_noon):
    client, program = signed_in(store.li), programs.program(store.li)
    assert client.get("/me").status_code == 200
    leaves(store, when=make.MOMENT, last_day=make.MOMENT.date())
    assert client.get("/me").status_code == 302  # the session itself is over: the account is closed
    assert program.get("registrations").status_code == 401
    assert ApiToken.objects.get(user=store.li.user).revoked_at == make.MOMENT
    store.li.user.refresh_from_db()
    assert not store.li.user.is_active


@pytest.mark.django_db
def test_whoever_works_in_another_project_too_stays_there(store, estate):
    Membership.objects.create(
        user=store.li.user, project=estate.project, role="salesperson", organisation=make.house(), since=make.LONG_AGO
    )
    leaves(store)
    store.li.user.refresh_from_db()
    assert store.li.user.is_active
    assert workplace(store.li.user, store.project, EVENING) is None
    assert workplace(store.li.user, estate.project, EVENING) is not None


@pytest.mark.django_db
def test_a_later_last_day_ends_the_roles_with_that_day_and_a_job_closes_the_account(store):
    leaves(store, when=make.at("2025-03-20 10:00"))
    assert workplace(store.li.user, store.project, make.at("2025-03-31 23:59:59")) is not None
    assert workplace(store.li.user, store.project, make.at("2025-04-01 00:00:00")) is None
    assert close_leavers(at=make.at("2025-03-31 23:59:59")) == 0
    assert close_leavers(at=make.at("2025-04-01 00:00:00")) == 1
    assert close_leavers(at=make.at("2025-04-01 00:10:00")) == 0
    store.li.user.refresh_from_db()
    assert not store.li.user.is_active


@pytest.mark.django_db
def test_nothing_is_asked_of_a_leaver_any_more(store):
    ask_to_sign(at=make.at("2025-03-10 10:00"))
    assert Message.objects.to(store.li.user.pk).waiting().exists()
    leaves(store)
    assert not Message.objects.to(store.li.user.pk).waiting().exists()


# Who cannot


@pytest.mark.django_db
def test_who_cannot_be_handed_over(store):
    opened = {"last_day": LAST_DAY, "reason": "", "at": NOON}
    assert refused(open_hand_over, here=store.manager, user=store.manager.user, **opened) == "self"
    assert refused(open_hand_over, here=store.manager, user=store.admin.user, **opened) == "last_administrator"
    far = {**opened, "last_day": date(2052, 3, 31)}
    assert refused(open_hand_over, here=store.manager, user=store.li.user, **far) == "last_day_far"
    leaves(store)
    assert refused(open_hand_over, here=store.manager, user=store.li.user, **opened) == "left_already"
    leaves(store, who=store.wang, when=make.at("2025-03-20 10:00"))
    assert refused(open_hand_over, here=store.manager, user=store.wang.user, **opened) == "opened_already"


@pytest.mark.django_db
def test_whose_account_was_closed_in_haste_is_handed_over_all_the_same(store, customers, signed_in):
    deactivate(user=store.li.user, by=store.admin.user, at=make.at("2025-03-20 10:00"))
    with clock.standing_at(NOON):
        assert f'value="{store.li.user.pk}"' in text(signed_in(store.manager).get("/handovers/new"))
    row = leaves(store)
    assert row.before["customers"] == 5
    hand(store, row)
    archive_hand_over(here=store.admin, hand_over=finished(store, row), at=EVENING)


@pytest.mark.django_db
def test_the_last_who_rules_stays_until_the_cases_are_ruled(store, customers):
    make.registered(store.wang, make.at("2025-03-10 10:00"), number="13800000000")
    store.general.user.memberships.update(until=make.at("2025-03-11 10:00"))
    assert refused(leaves, store=store, here=store.admin, who=store.manager) == "cases_unruled"
    assert not HandOver.objects.exists()


# Counted, and given to others


@pytest.mark.django_db
def test_what_the_leaver_holds_is_counted_before_and_after(store, customers):
    sold(store, customers[1])
    make.registered(store.wang, make.at("2025-03-10 10:00"), number="13800000000")
    store.li.user.places.update(owed=2)
    row = leaves(store)
    assert row.before == {"customers": 5, "collection": 5, "visit": 0, "signed": 1, "cases": 1, "turns": 2, "splits": 1}
    hand(store, row)
    archive_hand_over(here=store.admin, hand_over=finished(store, row), at=EVENING)
    row.refresh_from_db()
    assert row.after == {**row.before, "customers": 0}


@pytest.mark.django_db
def test_customers_go_to_the_company_unless_somebody_says_otherwise(store, customers):  # G-10
    row = leaves(store)
    assert hand(store, row) == 5
    assert holders() == ["company"] * 5
    assert set(Ownership.objects.open().values_list("reason", "source")) == {("handover", row.no)}


@pytest.mark.django_db
def test_colleagues_get_equal_numbers_over_several_rounds(store, customers):
    row = leaves(store)
    hand(store, row, Ownership.Holder.PERSON, [store.wang, store.zhao], customers={customers[0].pk})
    hand(store, row, Ownership.Holder.PERSON, [store.wang, store.zhao], at_most=2)
    hand(store, row, Ownership.Holder.PERSON, [store.wang, store.zhao])
    names = holders()
    assert sorted((names.count("王芳"), names.count("赵磊"))) == [2, 3]
    for colleague in (store.wang, store.zhao):
        assert colleague.user.notebook_entries.filter(book="collection", source=row.no).count() == names.count(
            colleague.user.name
        )


@pytest.mark.django_db
def test_a_customer_of_the_pool_is_offered_to_whoever_had_reported_them_too(
    store, customers
):  # G-10: to the next claim
    make.registered(store.wang, make.at("2025-03-10 10:00"), number="13800000000")
    Collision.objects.update(state="ruled")
    row = leaves(store)
    hand(store, row, Ownership.Holder.POOL)
    assert holders() == ["pool"] * 5
    assert store.wang.user.offers.get(answer=None).customer == customers[0]


@pytest.mark.django_db
def test_a_customer_whose_case_waits_stays_with_the_company_and_the_case_goes_on(store, customers):
    make.registered(store.wang, make.at("2025-03-10 10:00"), number="13800000000")
    row = leaves(store)
    hand(store, row, Ownership.Holder.PERSON, [store.wang])
    assert holders() == ["company", *["王芳"] * 4]
    case = Collision.objects.get()
    assert (case.state, set(case.claims.values_list("user__name", flat=True))) == ("open", {"李强", "王芳"})


@pytest.mark.django_db
def test_who_takes_over_must_sell_here(store, customers):
    row = leaves(store)
    assert set(takers(row, NOON)) == {store.wang.user, store.zhao.user, store.sun.user}
    for wrong in ([store.desk], [store.li], []):
        assert refused(hand, store=store, row=row, holder=Ownership.Holder.PERSON, people=wrong) == "taker_unknown"
    assert refused(hand, store=store, row=row, here=store.wang) == "not_yours"


@pytest.mark.django_db
def test_a_deal_signed_before_is_still_paid(store, customers):  # G-10
    deal = sold(store, customers[1])
    row = leaves(store)
    hand(store, row)
    archive_hand_over(here=store.admin, hand_over=finished(store, row), at=EVENING)
    assert ledger.sums(deal) == {store.li.user: deal.commission_fen}


@pytest.mark.django_db
def test_whoever_left_gets_no_new_customer(store):  # G-10: no new claims
    leaves(store)
    lead = LeadInput(number=make.PHONE, name="张建国", honorific="先生")
    assert refused(register_lead, here=store.li, lead=lead, at=EVENING) == "has_left"
    assert not Ownership.objects.exists()


# Signatures


@pytest.mark.django_db
def test_with_one_notebook_at_finance_the_clearance_is_blocked(store):  # D01-3.4/T1
    row = leaves(store)
    receive_books(here=store.finance, hand_over=row, books={"signed"}, at=EVENING)
    row.refresh_from_db()
    found = leaving.clearance(row, EVENING)
    assert (found.blocked, found.missing) == (True, ("collection", "visit"))
    with pytest.raises(Refusal) as error:
        sign_hand_over(here=store.finance, hand_over=row, as_=FINANCE, at=EVENING)
    assert (error.value.code, str(error.value.sentence)) == ("books_missing", "财务还没收到收集本、到访本")


@pytest.mark.django_db
def test_administration_signs_on_the_last_day(store):  # D01-3.5/T2
    row = leaves(store)
    receive_books(here=store.finance, hand_over=row, books=BOOKS, at=make.at("2025-03-31 17:00"))
    signed_ = sign_hand_over(here=store.admin, hand_over=row, as_=OFFICE, at=make.at("2025-03-31 17:30"))
    assert (signed_.office_by, signed_.office_at) == (store.admin.user, make.at("2025-03-31 17:30"))
    sign_hand_over(here=store.finance, hand_over=row, as_=FINANCE, at=EVENING)
    row.refresh_from_db()
    found = leaving.clearance(row, make.at("2025-04-01 09:00"))
    assert (found.blocked, found.overdue) == (False, False)


@pytest.mark.django_db
def test_a_hand_over_is_late_after_the_last_working_day(store):  # G-10
    row = leaves(store, last_day=date(2025, 3, 30), when=make.at("2025-03-28 10:00"))  # a Sunday
    assert not leaving.clearance(row, make.at("2025-03-28 23:59:59")).overdue
    assert leaving.clearance(row, make.at("2025-03-29 00:00:00")).overdue


@pytest.mark.django_db
def test_nobody_signs_while_a_customer_has_no_new_owner(store, customers):
    row = leaves(store)
    receive_books(here=store.finance, hand_over=row, books=BOOKS, at=EVENING)
    hand(store, row, customers={customer.pk for customer in customers[1:]})
    with pytest.raises(Refusal) as error:
        sign_hand_over(here=store.finance, hand_over=row, as_=FINANCE, at=EVENING)
    assert (error.value.code, str(error.value.sentence)) == ("customers_left", "还有 1 位客户没分配")


@pytest.mark.django_db
def test_two_different_people_sign_neither_the_leaver(store):
    both = make.person("both", "兼任", "finance", store.project)
    make.person("both", "兼任", "administrator", store.project)
    both = workplace(both.user, store.project, EVENING)
    row = leaves(store)
    receive_books(here=both, hand_over=row, books=BOOKS, at=EVENING)
    sign_hand_over(here=both, hand_over=row, as_=FINANCE, at=EVENING)
    given = {"hand_over": row, "at": EVENING}
    assert refused(sign_hand_over, here=both, as_=OFFICE, **given) == "two_people"
    assert refused(sign_hand_over, here=both, as_=FINANCE, **given) == "signed_already"
    assert refused(sign_hand_over, here=store.finance, as_=OFFICE, **given) == "not_yours_to_sign"
    assert refused(sign_hand_over, here=store.manager, as_="king", **given) == "not_yours_to_sign"
    own = leaves(store, who=store.manager, here=store.admin, when=make.at("2025-03-20 10:00"))
    assert refused(sign_hand_over, here=store.manager, hand_over=own, as_=OFFICE, at=EVENING) == "self"


@pytest.mark.django_db
def test_before_the_last_day_nobody_signs_and_on_it_the_signature_ends_the_access(store):
    row = leaves(store, when=make.at("2025-03-20 10:00"))
    receive_books(here=store.finance, hand_over=row, books=BOOKS, at=make.at("2025-03-20 11:00"))
    early = make.at("2025-03-30 23:59")
    assert refused(sign_hand_over, here=store.finance, hand_over=row, as_=FINANCE, at=early) == "too_early"
    sign_hand_over(here=store.finance, hand_over=row, as_=FINANCE, at=NOON)
    assert workplace(store.li.user, store.project, make.at("2025-03-31 12:00:01")) is None


@pytest.mark.django_db
def test_only_what_both_have_signed_is_archived_and_then_nothing_changes(store):
    row = leaves(store)
    assert refused(archive_hand_over, here=store.admin, hand_over=row, at=EVENING) == "not_signed"
    archive_hand_over(here=store.admin, hand_over=finished(store, row), at=EVENING)
    assert refused(receive_books, here=store.finance, hand_over=row, books=BOOKS, at=EVENING) == "archived"
    assert refused(archive_hand_over, here=store.admin, hand_over=row, at=EVENING) == "archived"
    assert not Message.objects.waiting().filter(link=f"/handovers/{row.no}").exists()


# Pages


def text(response):
    return response.content.decode()


@pytest.fixture
def on_that_day():
    with clock.standing_at(NOON):
        yield


@pytest.mark.django_db
def test_a_hand_over_from_the_first_page_to_the_archive(store, customers, signed_in, on_that_day):
    manager, finance, admin = signed_in(store.manager), signed_in(store.finance), signed_in(store.admin)
    given = {"user": store.li.user.pk, "last_day": "2025-03-31", "reason": "回老家"}
    check = text(manager.post("/handovers/new", given))
    assert "李强离职" in check
    assert "马上停用" in check
    assert not HandOver.objects.exists()
    wrong = manager.post("/handovers/open", {**given, "password": "nonsense"})
    assert (wrong.status_code, HandOver.objects.exists()) == (422, False)
    page = text(manager.post("/handovers/open", {**given, "password": make.PASSWORD}, follow=True))
    row = HandOver.objects.get()
    assert "还有 5 位客户没分配" in page
    url = f"/handovers/{row.no}"
    early = finance.post(f"{url}/sign", {"as_": "finance", "password": make.PASSWORD})
    assert (early.status_code, "还有 5 位客户没分配" in text(early)) == (409, True)
    listed = text(manager.get(f"{url}/customers"))
    assert str(customers[0].pk) in listed
    assert "13800000000" not in listed
    none = manager.post(f"{url}/customers", {"holder": "person", "which": "ticked"})
    assert (none.status_code, "选至少一位同事" in text(none)) == (422, True)
    one = {"holder": "person", "people": [store.wang.user.pk], "which": "ticked", "customers": [customers[0].pk]}
    manager.post(f"{url}/customers", one)
    manager.post(f"{url}/customers", {"holder": "company", "which": "all"})
    assert holders() == ["company"] * 4 + ["王芳"]
    finance.post(f"{url}/books", {"books": sorted(BOOKS)})
    assert finance.post(f"{url}/sign", {"as_": "finance", "password": make.PASSWORD}).status_code == 302
    assert admin.post(f"{url}/sign", {"as_": "office", "password": make.PASSWORD}).status_code == 302
    assert admin.post(f"{url}/archive", {}).status_code == 302
    archived = text(finance.get(url))
    assert "已存档" in archived
    assert "保存 3 年" in archived
    assert row.no in text(finance.get("/handovers"))


@pytest.mark.django_db
def test_many_customers_are_handed_on_by_a_job(store, customers, signed_in, on_that_day, do_jobs, monkeypatch):
    monkeypatch.setattr("leads.views.work.AT_ONCE", 2)
    monkeypatch.setattr("leads.handing.BATCH", 2)
    row, manager = leaves(store), signed_in(store.manager)
    page = manager.post(f"/handovers/{row.no}/customers", {"holder": "company", "which": "all"}, follow=True)
    assert "正在分配" in text(page)
    do_jobs()
    assert holders() == ["company"] * 5
    assert "都分完了" in text(manager.get(f"/handovers/{row.no}/customers"))


@pytest.mark.django_db
def test_the_leaver_sees_no_buttons_on_their_own_hand_over(store, signed_in):
    row = leaves(store, who=store.manager, here=store.admin, when=make.at("2025-03-20 10:00"))
    with clock.standing_at(make.at("2025-03-21 10:00")):
        manager = signed_in(store.manager)
        page = text(manager.get(f"/handovers/{row.no}"))
        assert "/sign" not in page
        assert manager.post(f"/handovers/{row.no}/archive", {}).status_code == 409


# Somebody stays after all


def test_a_hand_over_is_withdrawn_and_the_roles_go_on_as_they_were(store):
    later = date(2025, 4, 15)
    was = list(Membership.objects.filter(user=store.li.user).values_list("role", "until"))
    row = leaves(store, last_day=later)
    assert all(until for until in Membership.objects.filter(user=store.li.user).values_list("until", flat=True))
    withdraw_hand_over(here=store.manager, hand_over=row, at=EVENING)
    assert list(Membership.objects.filter(user=store.li.user).values_list("role", "until")) == was
    assert not Message.objects.filter(kind="handover.sign").waiting().exists()
    assert leaves(store, last_day=later).no != row.no  # they may leave another time
    code = refused(receive_books, here=store.finance, hand_over=row, books=BOOKS, at=EVENING)
    assert code == "withdrawn"


def test_what_was_signed_and_who_is_out_cannot_be_withdrawn(store):
    assert refused(withdraw_hand_over, here=store.manager, hand_over=leaves(store), at=EVENING) == "left_already"
    row = leaves(store, who=store.wang)
    finished(store, row)
    assert refused(withdraw_hand_over, here=store.manager, hand_over=row, at=EVENING) == "signed_already"


def test_tasks_go_to_the_new_owner_or_end_with_the_hand_over(store):
    given, closed = followed(store, 2)
    for customer in (given, closed):
        add_task(here=store.li, customer=customer, what="送样", due_at=make.at("2025-04-02 10:00"), at=NOON)
    row = leaves(store)
    hand(store, row, Ownership.Holder.PERSON, [store.wang], customers=[given.pk])
    hand(store, row)
    assert Task.objects.get(customer=given).user == store.wang.user
    assert (Task.objects.get(customer=closed).done_note, Task.objects.get(customer=closed).done_at) == (row.no, NOON)
