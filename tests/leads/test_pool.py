"""公海 and 分配: who may take a customer out of the pool, put one into it, or give one to somebody."""

from dataclasses import replace

import pytest

from leads import services
from leads.models import NotebookEntry, Offer, Ownership, Transfer
from people.terms import Terms
from tests import make
from trail.history import mistakes as rewritten
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = make.at("2025-04-28 14:05")


def terms(store, **changed):
    """The store's terms from now on: five days, and what else the test needs."""
    for here in (store.li, store.wang, store.zhao, store.manager):
        here.project.terms_data = replace(Terms(protection_days=5), **changed).as_json()
    store.project.terms_data = here.project.terms_data
    store.project.save()


def pooled(store, number=make.PHONE, when=NOW):
    """A customer whom 李强 gave up."""
    make.registered(store.li, when, number=number)
    services.release_to_pool(here=store.li, customer=make.customer(number), reason="客户不买了", at=when)
    return make.customer(number)


def owner(customer):
    row = Ownership.objects.open().get(customer=customer)
    return row.user or row.holder


def refused(act, **given):
    with pytest.raises(Refusal) as trouble:
        act(**given)
    return trouble.value.code


def claimed(here, customer, when=NOW):
    return services.claim_from_pool(here=here, customer=customer, at=when)


def test_whoever_takes_a_customer_out_of_the_pool_follows_and_has_them_in_the_notebook(store):
    customer = pooled(store)
    held = claimed(store.wang, customer)
    assert (owner(customer), held.reason, held.source[:2]) == (store.wang.user, "pool", "GH")
    assert NotebookEntry.objects.filter(user=store.wang.user, customer=customer, source=held.source).exists()
    assert Entry.objects.get(action="pool.claim").subject == f"customer:{customer.pk}"
    assert list(rewritten()) == []


def test_a_customer_who_is_not_there_cannot_be_taken(store):
    customer = pooled(store)
    claimed(store.wang, customer)
    assert refused(claimed, here=store.zhao, customer=customer) == "not_in_pool"


def test_nobody_holds_more_of_the_pool_than_the_terms_let_them(store):
    terms(store, pool_holding_limit=1)
    first, second = pooled(store), pooled(store, "13912340002")
    claimed(store.wang, first)
    assert refused(claimed, here=store.wang, customer=second) == "pool_full"
    services.release_to_pool(here=store.wang, customer=first, reason="太远了", at=NOW)
    assert claimed(store.wang, second).user == store.wang.user


def test_nobody_takes_more_a_day_than_the_terms_let_them_and_midnight_is_local(store):
    terms(store, pool_claims_a_day=1)
    first, second = pooled(store), pooled(store, "13912340002")
    claimed(store.wang, first, make.at("2025-04-28 23:50"))
    assert refused(claimed, here=store.wang, customer=second, when=make.at("2025-04-28 23:59")) == "pool_day_full"
    assert claimed(store.wang, second, make.at("2025-04-29 00:01"))


def test_a_refused_claim_uses_nothing_of_the_day_up(store):
    terms(store, pool_claims_a_day=1)
    first, second = pooled(store), pooled(store, "13912340002")
    claimed(store.zhao, first)
    assert refused(claimed, here=store.wang, customer=first) == "not_in_pool"
    assert claimed(store.wang, second)


def test_whoever_lost_a_customer_waits_before_taking_them_back(store):
    terms(store, pool_cooldown_days=3)
    customer = pooled(store)
    assert refused(claimed, here=store.li, customer=customer, when=make.at("2025-05-01 23:59")) == "cooling"
    assert claimed(store.li, customer, make.at("2025-05-02 00:00"))


def test_a_report_does_not_get_around_the_wait(store):
    terms(store, pool_cooldown_days=3)
    customer = pooled(store)
    make.registered(store.li, make.at("2025-04-29 09:00"))
    assert owner(customer) == "pool"
    make.registered(store.wang, make.at("2025-04-29 10:00"))
    assert owner(customer) == store.wang.user


def test_while_somebody_is_asked_first_nobody_else_takes_the_customer(store):
    terms(store)
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    services.expire_due(at=make.at("2025-04-07 00:01"))
    customer = make.customer()
    assert refused(claimed, here=store.zhao, customer=customer, when=make.at("2025-04-07 09:00")) == "offered_first"


def test_a_customer_about_whom_a_case_is_open_stays_until_the_ruling(store):
    terms(store, offer_hours=0)
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    services.expire_due(at=make.at("2025-04-07 00:01"))
    assert refused(claimed, here=store.zhao, customer=make.customer(), when=make.at("2025-04-07 09:00")) == "case_open"


# ── giving up ──


def test_only_the_owner_or_a_manager_gives_a_customer_up_and_says_why(store):
    make.registered(store.li, NOW)
    customer, act = make.customer(), services.release_to_pool
    assert refused(act, here=store.wang, customer=customer, reason="不要了", at=NOW) == "not_yours"
    assert refused(act, here=store.li, customer=customer, reason=" ", at=NOW) == "reason_missing"
    act(here=store.manager, customer=customer, reason="三个月没有跟进", at=NOW)
    assert owner(customer) == "pool"
    assert Message.objects.get(kind="customer.lost").to == str(store.li.user.pk)
    assert refused(act, here=store.manager, customer=customer, reason="再放一次", at=NOW) == "nobody_follows"


def test_a_customer_given_up_is_offered_to_the_next_in_line_first(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    services.release_to_pool(here=store.li, customer=make.customer(), reason="太忙了", at=NOW)
    assert Offer.objects.get(answer=None).to == store.wang.user


# ── allocation ──


def given(here, to, customer, reason="离得近"):
    return services.allocate(here=here, customer=customer, to=to.user, reason=reason, at=NOW)


def test_a_manager_gives_a_customer_of_the_pool_to_somebody(store):
    customer = pooled(store)
    assert given(store.manager, store.zhao, customer).reason == "allocated"
    assert owner(customer) == store.zhao.user
    assert Message.objects.get(kind="customer.given").to == str(store.zhao.user.pk)
    assert not Transfer.objects.exists()


def test_a_customer_taken_from_one_and_given_to_another_is_an_approved_transfer(store):
    make.registered(store.li, NOW)
    given(store.manager, store.zhao, make.customer())
    done = Transfer.objects.get()
    assert (done.giver, done.taker, done.consent, done.state) == (store.li.user, store.zhao.user, "department", "done")
    assert done.decided_by == store.manager.user


def test_what_cannot_be_allocated_is_refused(store):
    customer = pooled(store)
    assert refused(given, here=store.wang, to=store.zhao, customer=customer) == "not_yours"
    assert refused(given, here=store.manager, to=store.designer, customer=customer) == "taker_unknown"
    assert refused(given, here=store.manager, to=store.zhao, customer=customer, reason="") == "reason_missing"
    given(store.manager, store.zhao, customer)
    assert refused(given, here=store.manager, to=store.zhao, customer=customer) == "theirs_already"


def test_a_ruling_that_gives_to_the_pool_leaves_one_row_and_the_customer_free(store):
    customer = pooled(store)
    services.move_ownership(
        project=store.project, customer=customer, to=None, holder="pool", source="CD-1", by="x", at=NOW
    )
    assert Ownership.objects.filter(customer=customer, holder="pool").count() == 1
    assert claimed(store.wang, customer)
