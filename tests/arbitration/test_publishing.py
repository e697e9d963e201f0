"""A draft becomes a version: submitted, read and published by a second person; in force at once or from a day to come."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from arbitration.cases.proposals import governing, pack_of, propose
from arbitration.engine import load_pack
from arbitration.models import Collision, PolicyDraft, PolicyInForce
from arbitration.policies import offers, vocabulary
from arbitration.policies.standing import signatures, versions
from arbitration.services import drafting, policies, publishing
from people.models import Acknowledgement
from tests import make
from tests.arbitration.drafts import HOME, as_it_is, begun, published, submitted, with_days
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
LATER = make.at("2025-05-01 00:00")


def collide(store, first, number):
    make.registered(store.li, first, number=number)
    make.registered(store.wang, first + timedelta(hours=1), number=number)
    make.arrived(store, first + timedelta(hours=2), number=number, asked_for=store.li.user)
    return Collision.objects.order_by("-pk").first()


def dated(store, since=LATER):
    """A submitted draft that is to govern from 1 May on."""
    draft = with_days(store, begun(store))
    draft = drafting.set_beginning(here=store.manager, draft=draft, seen=draft.version, since=since, at=make.MOMENT)
    return publishing.submit_draft(here=store.manager, draft=draft, seen=draft.version, why="五一起", at=make.MOMENT)


def refusal(act, *args, **kwargs):
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code


class TestSubmitting:
    """A second person is asked."""

    def test_it_needs_a_reason_and_something_that_differs(self, store):
        draft = begun(store)
        given = {"here": store.manager, "draft": draft, "seen": 1, "at": make.MOMENT}
        assert refusal(publishing.submit_draft, why=" ", **given) == "reason_missing"
        assert refusal(publishing.submit_draft, why="想改", **given) == "draft_same"

    def test_whoever_may_publish_is_asked_and_nobody_changes_it_meanwhile(self, store):
        draft = submitted(store)
        asked = Message.objects.filter(kind="policy.submitted", link=publishing.link(draft))
        assert {message.to for message in asked} == {str(store.general.user.pk), str(store.admin.user.pk)}
        assert refusal(with_days, store, draft, 3) == "draft_closed"

    def test_taken_back_it_can_be_changed_again(self, store):
        draft = publishing.take_back(here=store.manager, draft=submitted(store), at=make.MOMENT)
        assert with_days(store, draft, 3).params == {"lax_days": 3}
        assert not Message.objects.waiting().filter(kind="policy.submitted").exists()


class TestPublishing:
    """By another person than who submitted it."""

    def test_whoever_submitted_it_cannot_publish_it_nor_can_who_has_not_the_right(self, store):
        draft = with_days(store, begun(store))
        publishing.submit_draft(here=store.general, draft=draft, seen=draft.version, why="我来", at=make.MOMENT)
        given = {"draft": draft, "seen": draft.version, "at": make.MOMENT}
        assert refusal(publishing.publish_draft, here=store.general, **given) == "second_person"
        assert (
            refusal(publishing.send_back, here=store.general, draft=draft, why="不行", at=make.MOMENT)
            == "second_person"
        )
        assert refusal(publishing.publish_draft, here=store.manager, **given) == "not_yours_to_draft"
        with pytest.raises(IntegrityError, match="policy_draft_second_person"), transaction.atomic():
            PolicyDraft.objects.filter(pk=draft.pk).update(
                state="published", decided_by=store.general.user, published=draft.base
            )

    def test_it_becomes_a_version_of_its_own_that_says_all_in_its_bytes(self, store):
        version = published(store, submitted(store))
        pack = pack_of(version)
        assert (str(version), pack.version, pack.values["lax_days"]) == ("home-decoration@1.1", "1.1", 10)
        (row,) = offers.open_rows(store.project, make.MOMENT)
        assert (row.policy_id, row.params) == (version.pk, {})
        assert load_pack(HOME).values["lax_days"] == 14

    def test_what_began_before_keeps_its_version_and_what_begins_after_has_the_new_one(self, store):
        before = collide(store, make.at("2025-04-20 10:00"), "13900000001")
        version = published(store, submitted(store))
        after = collide(store, make.at("2025-04-29 10:00"), "13900000002")
        assert (str(governing(before).policy), governing(after).policy) == ("home-decoration@1", version)
        assert propose(after, make.at("2025-04-30 10:00")).ruling["policy"]["version"] == "1.1"

    def test_the_next_draft_begins_from_it_and_raises_its_number(self, store):
        published(store, submitted(store))
        again = with_days(store, begun(store, at=make.at("2025-05-02 10:00")), 5, at=make.at("2025-05-02 10:00"))
        publishing.submit_draft(
            here=store.manager, draft=again, seen=again.version, why="再快", at=make.at("2025-05-02 10:00")
        )
        assert str(published(store, again, at=make.at("2025-05-02 11:00"))) == "home-decoration@1.2"

    def test_everyone_bound_signs_anew(self, store):
        old = offers.open_rows(store.project, make.MOMENT)[0].policy
        Acknowledgement.objects.create(
            project=store.project, user=store.li.user, subject=f"policy:{bytes(old.sha256).hex()}", at=make.MOMENT
        )
        count = lambda at: signatures(store.project, offers.held(offers.open_rows(store.project, at)), at)  # noqa: E731
        assert next(iter(count(make.MOMENT).values()))["done"] == 1
        published(store, submitted(store))
        (now,) = count(make.at("2025-04-28 15:00")).values()
        assert (now["done"], store.li.user in now["missing"]) == (0, True)

    def test_sent_back_it_is_a_draft_again_with_the_reason(self, store):
        draft = submitted(store)
        back = publishing.send_back(here=store.general, draft=draft, why="再试算一遍", at=make.MOMENT)
        assert (back.state, back.decided_why) == ("draft", "再试算一遍")
        assert Message.objects.filter(kind="policy.sent_back", to=str(store.manager.user.pk)).count() == 1
        assert refusal(published, store, draft) == "draft_closed"

    def test_a_version_put_in_force_meanwhile_is_not_undone(self, store):
        draft = submitted(store)
        policies.put_in_force(
            project=store.project, policy=policies.keep(load_pack(HOME).adjusted({"lax_days": 3}), make.MOMENT), by="t",
            at=make.at("2025-04-28 15:00"),
        )  # fmt: skip
        assert refusal(published, store, draft, at=make.at("2025-04-28 16:00")) == "base_moved"

    def test_what_was_not_on_the_page_is_not_replaced(self, store):
        given = {"here": store.general, "draft": submitted(store), "seen": 2, "at": make.MOMENT}
        assert refusal(publishing.publish_draft, marker="0", **given) == "policies_changed"

    def test_a_policy_that_decides_what_another_decides_cannot_be_published(self, store):
        draft = begun(store, "first-report")
        publishing.submit_draft(here=store.manager, draft=draft, seen=1, why="换一份", at=make.MOMENT)
        assert refusal(published, store, draft) == "scope_taken"

    def test_a_changed_rule_governs_as_it_was_written(self, store):
        draft = begun(store)
        says = {"zh": "退过定金的放回公海", "en": "To the pool"}
        row = as_it_is(draft, "D09-7b", then=vocabulary.token({"owner": "pool"}), says=says)
        draft = drafting.save_rule(here=store.manager, draft=draft, seen=1, rule="D09-7b", given=row, at=make.MOMENT)
        publishing.submit_draft(here=store.manager, draft=draft, seen=2, why="试试", at=make.MOMENT)
        version = published(store, draft)
        rule = next(rule for rule in pack_of(version).rules if rule.id == "D09-7b")
        assert (rule.then, rule.origin) == ({"owner": "pool"}, "interpretation")


class TestFromADayToCome:
    """What governs on both sides of the day is right, and on the day nothing needs to run."""

    def test_until_then_the_old_governs_and_from_then_on_the_new(self, store):
        version = published(store, dated(store))
        before = collide(store, LATER - timedelta(hours=3), "13900000001")
        after = collide(store, LATER, "13900000002")
        assert (str(governing(before).policy), governing(after).policy) == ("home-decoration@1", version)
        held = [str(row.policy) for row in offers.open_rows(store.project, LATER - timedelta(seconds=1))]
        assert held == ["home-decoration@1"]
        assert [row.policy for row in offers.open_rows(store.project, LATER)] == [version]

    def test_a_day_that_passed_before_it_was_published_is_refused(self, store):
        draft = dated(store)
        assert refusal(published, store, draft, at=LATER) == "since_past"

    def test_nobody_else_takes_the_ground_before_that_day(self, store):
        published(store, dated(store))
        for at in (make.at("2025-04-29 10:00"), LATER + timedelta(days=1)):
            with pytest.raises(Refusal) as refused:
                policies.put_in_force(
                    project=store.project, policy=policies.publish("first-report", at=at), by="t", at=at
                )
            assert refused.value.code == "scope_taken"

    def test_called_off_what_governs_goes_on(self, store):
        published(store, dated(store))
        policies.call_off(project=store.project, pack=HOME, by="t", at=make.at("2025-04-29 10:00"))
        for at in (make.at("2025-04-29 11:00"), LATER, LATER + timedelta(days=30)):
            assert [str(row.policy) for row in offers.open_rows(store.project, at)] == ["home-decoration@1"]
        with pytest.raises(Refusal) as refused:
            policies.call_off(project=store.project, pack=HOME, by="t", at=make.at("2025-04-29 12:00"))
        assert refused.value.code == "nothing_to_come"
        told = [(str(row.policy), row.end) for row in versions(store.project)]
        assert told == [("home-decoration@1.1", LATER), ("home-decoration@1", None)]

    def test_another_change_before_that_day_takes_the_place_of_both(self, store):
        published(store, dated(store))
        at = make.at("2025-04-29 10:00")
        policies.put_in_force(
            project=store.project, policy=policies.publish(HOME, at=at), params={"lax_days": 3}, by="t", at=at
        )
        for moment in (at, LATER, LATER + timedelta(days=30)):
            assert [row.params for row in offers.open_rows(store.project, moment)] == [{"lax_days": 3}]
        assert offers.open_rows(store.project, at - timedelta(seconds=1))[0].params == {}

    def test_withdrawn_before_that_day_nothing_is_to_come(self, store):
        published(store, dated(store))
        policies.withdraw(project=store.project, pack=HOME, by="t", at=make.at("2025-04-29 10:00"))
        assert offers.lasting_rows(store.project, make.at("2025-04-29 10:00")) == []
        assert offers.open_rows(store.project, LATER) == []

    def test_when_it_ended_is_said_once(self, store):
        published(store, dated(store))
        row = PolicyInForce.objects.get(policy__version="1")
        for field in ("until", "ended_early"):
            with pytest.raises(IntegrityError), transaction.atomic():
                PolicyInForce.objects.filter(pk=row.pk).update(**{field: LATER + timedelta(days=9)})


def test_a_project_s_values_stay_with_what_governs_until_then(store):
    policies.put_in_force(
        project=store.project, policy=policies.publish(HOME, at=make.MOMENT), params={"lax_days": 7}, by="t",
        at=make.at("2025-04-01 10:00"),
    )  # fmt: skip
    published(store, dated(store))
    assert offers.open_rows(store.project, LATER - timedelta(days=1))[0].params == {"lax_days": 7}
    said = json.loads(bytes(offers.open_rows(store.project, LATER)[0].policy.canonical))
    assert said["params"]["lax_days"]["value"] == 10
