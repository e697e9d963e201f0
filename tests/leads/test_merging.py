"""Two records are one customer, and are parted again: nobody's claim is lost, at most one owner, nothing rewritten."""

import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arbitration import services as arbitration
from arbitration.models import Claim, Collision, Ruling
from arbitration.services import Decision
from leads.identity import search
from leads.models import Contact, Customer, Merge, NotebookEntry, Ownership, Phone, Profile, Registration, Relation
from leads.reads import visible
from leads.references import references
from leads.services import log_contact, merge, relate, unmerge
from tests import make
from trail.history import mistakes as rewritten
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
FIRST, LATER, NOW = make.at("2025-04-01 10:00"), make.at("2025-04-02 10:00"), make.at("2025-04-03 10:00")
NEXT = make.at("2025-04-04 10:00")
OTHER = "13700000000"


def merged(here, kept, gone, at=NOW, reason="同一张身份证"):
    return merge(here=here, kept=kept, merged=gone, reason=reason, at=at)


def parted(here, done, at=NEXT, why="不是同一位"):
    return unmerge(here=here, done=done, why=why, at=at)


@pytest.fixture
def two(store):
    """李强 follows 张建国 since the first; 王芳 follows 张建国 of the other number since a day later."""
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER, number=OTHER)
    log_contact(here=store.wang, customer=make.customer(OTHER), mode="call", note="", at=LATER)
    return make.customer(), make.customer(OTHER)


def state():
    """All that names a customer, row by row: what a merge that is undone must leave as it was."""
    found = {}
    for model, column in references():
        for pk, customer in model._base_manager.values_list("pk", column):
            found[model._meta.label, column, pk] = customer
    return found


class TestMerging:
    def test_moves_everything_that_names_the_customer(self, store, two):
        kept, gone = two
        done = merged(store.manager, kept, gone)
        assert {phone.national for phone in kept.phones.all()} == {make.PHONE, OTHER}
        for model in (Registration, Contact, Ownership, Phone):
            assert not model.objects.filter(customer=gone).exists(), model
        assert done.moved["leads.Contact.customer_id"] == [Contact.objects.get().pk]
        gone.refresh_from_db()
        assert gone.merged_into == kept

    def test_leaves_the_earlier_owner_and_lets_the_later_one_contest(self, store, two):
        done = merged(store.manager, *two)
        held = Ownership.objects.open().get()
        ended = Ownership.objects.get(pk__in=done.ended)
        assert (held.user, held.since) == (store.li.user, FIRST)
        assert (ended.user, ended.ended_for) == (store.wang.user, "merge")
        case = Collision.objects.get()
        assert (case.customer, case.trigger) == (two[0], "merge")
        grounds = dict(case.claims.values_list("user", "registration__at"))
        assert grounds == {store.li.user.pk: None, store.wang.user.pk: LATER} or set(grounds) == {
            store.li.user.pk, store.wang.user.pk,
        }  # fmt: skip

    def test_keeps_the_earlier_owner_also_where_theirs_is_the_record_that_goes(self, store, two):
        kept, gone = two
        merged(store.manager, gone, kept)
        assert Ownership.objects.open().get().user == store.li.user
        assert Ownership.objects.open().get().customer == gone

    def test_contests_nothing_where_one_person_follows_both(self, store):
        make.registered(store.li, FIRST)
        make.registered(store.li, LATER, number=OTHER)
        merged(store.manager, make.customer(), make.customer(OTHER))
        assert not Collision.objects.exists()
        assert NotebookEntry.objects.filter(customer=make.customer(), book="collection").count() == 1

    def test_makes_one_case_of_two(self, store, two):
        make.registered(store.zhao, NOW)
        make.registered(store.sun, NOW, number=OTHER)
        merged(store.manager, *two)
        case = Collision.objects.unruled().get()
        assert case.customer == two[0]
        assert set(case.claims.values_list("user", flat=True)) == {
            here.user.pk for here in (store.li, store.wang, store.zhao, store.sun)
        }
        assert Collision.objects.get(state="moot").customer == two[1]

    def test_leaves_with_the_merged_record_what_there_can_be_but_one_of(self, store, two):
        for customer in two:
            said = {"changed_by": store.li.user, "changed_at": NOW}
            Profile.objects.get_or_create(project=store.project, customer=customer, defaults=said)
        merged(store.manager, *two)
        assert Profile.objects.filter(customer=two[1]).count() == 1

    def test_makes_nobody_their_own_relative(self, store, two):
        relate(here=store.li, customer=two[0], other=two[1], staff=None, kind="friend", at=NOW)
        merged(store.manager, *two)
        assert Relation.objects.get().customer_id != Relation.objects.get().other_id

    def test_hides_the_merged_record_from_every_search(self, store, two):
        merged(store.manager, *two)
        for text in ("张建国", "zhangjianguo", make.PHONE, OTHER, OTHER[-4:], "137****0000"):
            assert search(store.project, text)[1] == [two[0]], text
        assert list(visible(store.manager)) == [two[0]]

    def test_is_no_tampering_and_nor_is_what_comes_after(self, store, two):
        merged(store.manager, *two)
        assert list(rewritten()) == []
        make.registered(store.sun, make.at("2025-04-04 10:00"), number=OTHER)
        assert list(rewritten()) == []

    def test_takes_the_code_of_a_company_along_and_gives_it_back(self, store):
        made = [
            make.registered(
                store.li, FIRST, number="", name=name, honorific="", kind="company", code=code
            ).registration.customer
            for name, code in (("上海宏达装饰有限公司", ""), ("宏达装饰", "91310000MA1FL0XX1A"))
        ]
        done = merged(store.manager, *made)
        assert Customer.objects.get(pk=made[0].pk).code == made[1].code
        parted(store.manager, done)
        assert Customer.objects.get(pk=made[0].pk).code == ""

    def test_refuses_what_cannot_be_one(self, store, two):
        company = make.registered(
            store.li, FIRST, number="", name="宏达装饰有限公司", honorific="", kind="company"
        ).registration.customer
        for kept, gone, reason, code in (
            (two[0], two[0], "同一位", "merge_itself"), (two[0], two[1], "", "merge_why"), (two[0], company, "同一位", "merge_kinds"),
        ):  # fmt: skip
            with pytest.raises(Refusal, match=code):
                merged(store.manager, kept, gone, reason=reason)
        merged(store.manager, *two)
        with pytest.raises(Refusal, match="merged_already"):
            merged(store.manager, *two)


class TestParting:
    def test_puts_back_exactly_what_was_moved(self, store, two):
        before = state()
        done = merged(store.manager, *two)
        parted(store.manager, done)
        after = state()
        assert {key: after[key] for key in before} == before
        assert {key[0] for key in after.keys() - before.keys()} == {
            "leads.Ownership",
            "arbitration.Collision",
            "arbitration.Claim",
        }
        assert list(rewritten()) == []

    def test_lets_everybody_follow_their_own_again(self, store, two):
        parted(store.manager, merged(store.manager, *two))
        owners = dict(Ownership.objects.open().values_list("customer", "user"))
        assert owners == {two[0].pk: store.li.user.pk, two[1].pk: store.wang.user.pk}
        again = Ownership.objects.open().get(customer=two[1])
        assert (again.reason, again.protected_until) == (
            "parted",
            Ownership.objects.get(ended_for="merge").protected_until,
        )
        assert Collision.objects.get().state == Collision.State.MOOT

    def test_stands_cases_up_again_that_had_been_made_one(self, store, two):
        make.registered(store.zhao, NOW)
        make.registered(store.sun, NOW, number=OTHER)
        parted(store.manager, merged(store.manager, *two))
        assert set(Collision.objects.unruled().values_list("customer", flat=True)) == {one.pk for one in two}

    def test_leaves_what_came_since_with_the_record_that_stood_for_both(self, store, two):
        done = merged(store.manager, *two)
        log_contact(here=store.li, customer=two[0], mode="im", note="", at=NOW)
        parted(store.manager, done)
        assert Contact.objects.get(mode="im").customer == two[0]

    def test_does_not_reopen_what_was_decided_since(self, store, two):
        done = merged(store.manager, *two)
        held = Ownership.objects.open().get()
        held.until, held.ended_for = make.at("2025-04-03 12:00"), "test"
        held.save(update_fields=["until", "ended_for"])
        parted(store.manager, done)
        assert not Ownership.objects.open().exists()

    def test_is_refused_once_a_ruling_was_built_on_it(self, store, two):
        done = merged(store.manager, *two)
        make.arrived(store, NOW)  # before the first visit D09 lets nobody rule
        case = Collision.objects.get()
        decision = Decision(kind=Ruling.Kind.OTHERWISE, reason="记录清楚", owner_kind="person", owner=store.li.user)
        arbitration.decide_case(
            here=store.general, case=case, seen_version=case.version, seen_proposal="", decision=decision,
            at=make.at("2025-04-03 12:00"),
        )  # fmt: skip
        with pytest.raises(Refusal, match="ruled_since"):
            parted(store.manager, done)

    def test_is_done_once_for_a_reason_and_the_last_merge_first(self, store, two):
        third = make.registered(store.li, FIRST, number="13700000001").registration.customer
        first, second = merged(store.manager, *two), merged(store.manager, two[0], third)
        for done, why, code in ((first, "不是", "merged_since"), (second, " ", "unmerge_why")):
            with pytest.raises(Refusal, match=code):
                parted(store.manager, done, why=why)
        parted(store.manager, second)
        parted(store.manager, first)
        with pytest.raises(Refusal, match="unmerged_already"):
            parted(store.manager, first)


STEPS = st.lists(
    st.tuples(st.sampled_from(["report", "masked", "visit", "wait", "merge", "part"]), st.integers(0, 2), st.integers(0, 2)),
    min_size=2, max_size=14,
)  # fmt: skip
NUMBERS = (make.PHONE, OTHER, "13911113333")


@settings(
    max_examples=150 if "--long" in sys.argv else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_no_claim_is_lost_and_nobody_has_two_owners(steps):
    with transaction.atomic():
        play(steps)
        transaction.set_rollback(True)


def claims():
    """Every claim that anybody has made, whatever became of it."""
    return Counter(Registration.objects.values_list("no", "by", "at")) + Counter(
        Ownership.objects.exclude(reason="parted").values_list("source", "user", "since")
    )


def play(steps):
    estate = make.estate()
    people, now = (estate.xu, estate.anju, estate.hengxin), FIRST
    for kind, who, which in steps:
        now += timedelta(days=who * 3) if kind == "wait" else timedelta(minutes=7)
        before, parties = claims(), Counter(Claim.objects.values_list("ground", flat=True))
        if kind == "report":
            make.registered(people[who], now, number=NUMBERS[which])
        elif kind == "masked":
            make.registered(people[who], now, number=f"{NUMBERS[which][:3]}****{NUMBERS[which][-4:]}", name="张")
        elif kind == "visit":
            make.arrived(estate, now, number=NUMBERS[which], asked_for=people[who].user)
        elif kind in ("merge", "part"):
            merge_or_part(kind, estate.manager, now)
        assert before <= claims()
        assert parties <= Counter(Claim.objects.values_list("ground", flat=True))
        check()


def merge_or_part(kind, here, now):
    live = list(Customer.objects.filter(merged_into=None).order_by("created_at", "pk"))
    done = Merge.objects.filter(undone_at=None).order_by("-pk").first()
    if kind == "merge" and len(live) > 1:
        merged(here, live[-1], live[0], at=now)
    elif kind == "part" and done:
        parted(here, done, at=now)


def check():
    assert list(rewritten()) == []
    open_ = Counter(Ownership.objects.open().values_list("project", "customer"))
    assert all(count == 1 for count in open_.values())
    assert not Ownership.objects.open().filter(customer__merged_into__isnull=False).exists()
    assert not Collision.objects.unruled().filter(customer__merged_into__isnull=False).exists()
