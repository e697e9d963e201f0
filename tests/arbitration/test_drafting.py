"""A draft of a policy: begun, changed by several people, refused where it would contradict itself; and what it would change."""

import json
from datetime import timedelta

import pytest

from arbitration.engine import Pack, load_pack, pack_ids
from arbitration.engine.decide import params_of
from arbitration.engine.facts import FACTS
from arbitration.engine.facts.matter import Matter
from arbitration.engine.loading import canonical, mistakes
from arbitration.models import PolicyDraft
from arbitration.policies import drafting as reading
from arbitration.policies import edits, examples, vocabulary
from arbitration.policies.writing import RuleInput
from arbitration.services import drafting, policies
from tests import make
from tests.arbitration.drafts import HOME, WORDS, as_it_is, begun, with_days
from tests.engine import worked
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
YES, POOL = {"fact": "visit.any", "is": True}, vocabulary.token({"owner": "pool"})

NARROW = [{"fact": "refund.reinvited", "is": True}, {"fact": "household.rivals", "is": True}]


def own(conditions=(YES,), then=POOL, **more):
    return RuleInput(conditions=conditions, then=then, title=WORDS, says=WORDS, **more)


def add(store, draft, given, stage="ownership"):
    return drafting.add_rule(
        here=store.manager, draft=draft, seen=draft.version, stage=stage, given=given, at=make.MOMENT
    )


def save(store, draft, rule, given):
    return drafting.save_rule(
        here=store.manager, draft=draft, seen=draft.version, rule=rule, given=given, at=make.MOMENT
    )


class TestBeginning:
    """From what is in force, or from a shipped policy."""

    def test_a_draft_begins_as_what_is_in_force_with_the_project_s_values(self, store):
        policies.put_in_force(
            project=store.project, policy=policies.publish(HOME, at=make.MOMENT), params={"lax_days": 7}, by="t",
            at=make.at("2025-04-01 10:00"),
        )  # fmt: skip
        draft = begun(store)
        assert (draft.base.pack, draft.params, draft.version) == (HOME, {"lax_days": 7}, 1)
        assert Pack.from_data(draft.content).sha256 == load_pack(HOME).sha256

    def test_a_shipped_policy_that_is_not_in_force_can_be_begun_from(self, store):
        assert begun(store, "first-report").base.pack == "first-report"
        with pytest.raises(Refusal) as refused:
            begun(store, "no-such")
        assert refused.value.field == "source"

    def test_there_is_one_open_draft_of_a_policy_which_all_go_on_with(self, store):
        draft = begun(store)
        with pytest.raises(Refusal) as refused:
            begun(store)
        assert "何静" in str(refused.value.sentence)
        drafting.drop_draft(here=store.general, draft=draft, seen=1, at=make.MOMENT)
        assert begun(store).pk != draft.pk

    def test_who_may_not_draft_cannot(self, store):
        with pytest.raises(Refusal) as refused:
            drafting.begin_draft(here=store.li, source=HOME, at=make.MOMENT)
        assert refused.value.status == 404

    def test_a_dropped_draft_is_not_changed_any_more(self, store):
        draft = begun(store)
        drafting.drop_draft(here=store.manager, draft=draft, seen=1, at=make.MOMENT)
        draft.refresh_from_db()
        with pytest.raises(Refusal) as refused:
            with_days(store, draft)
        assert refused.value.code == "draft_closed"


class TestChanging:
    """Each change counts, and none is kept that brings an error."""

    def test_a_parameter_stays_within_its_bounds(self, store):
        draft = begun(store)
        for wrong in (0, 366, "ten", True):
            with pytest.raises(Refusal) as refused:
                with_days(store, draft, wrong)
            assert refused.value.field == "p_lax_days"
        changed = with_days(store, draft, 10)
        assert (changed.params, changed.version) == ({"lax_days": 10}, 2)
        assert with_days(store, changed, 14).params == {}  # the policy's own again

    def test_whoever_has_not_seen_another_s_change_is_told_whose_it_was(self, store):
        draft = begun(store)
        drafting.set_parameters(here=store.general, draft=draft, seen=1, given={"lax_days": 20}, at=make.MOMENT)
        with pytest.raises(Refusal) as refused:
            with_days(store, draft)
        assert (refused.value.code, refused.value.status) == ("draft_changed", 409)
        assert "陈光" in str(refused.value.sentence)

    def test_a_row_that_contradicts_another_is_refused_with_the_witness_in_words(self, store):
        draft = begun(store)
        with pytest.raises(Refusal) as refused:
            add(store, draft, own())
        assert "C-1" in str(refused.value.sentence)
        assert "两条都管得到的情形：「" in str(refused.value.sentence)
        draft.refresh_from_db()
        assert draft.version == 1
        assert edits.find(draft.content, "C-1") is None

    def test_as_an_exception_to_the_others_it_is_kept_as_the_company_s_own(self, store):
        draft = begun(store)
        others = [row["id"] for row in edits.stage(draft.content, "ownership")["rules"]]
        changed, rule = add(store, draft, own(NARROW, beats=others))
        _stage, row = edits.find(changed.content, rule)
        assert (rule, row["origin"], edits.beaten(changed.content, rule)) == ("C-1", "interpretation", set(others))
        assert list(mistakes(changed.content)) == []

    def test_a_rule_may_yield_to_others_and_they_stay_as_they_were_written_where_nothing_changed(self, store):
        draft = begun(store)
        before = json.dumps(draft.content, sort_keys=True)
        same = save(store, draft, "D09-7b", as_it_is(draft, "D09-7b"))
        assert json.dumps(same.content, sort_keys=True) == before
        others = [row["id"] for row in edits.stage(draft.content, "ownership")["rules"]]
        changed, rule = add(store, same, own(yields=others))
        assert edits.beaters(changed.content, rule) == set(others)

    def test_a_row_that_can_never_apply_is_refused(self, store):
        never = [YES, {"fact": "visit.any", "is": False}]
        with pytest.raises(Refusal) as refused:
            add(store, begun(store), own(never))
        assert "C-1 永远不会适用" in str(refused.value.sentence)

    def test_only_what_there_is_can_be_chosen(self, store):
        draft = begun(store)
        for given, field in (
            (own(then="000000000000"), "then"), (own([{"fact": "no.such", "is": True}]), "c0_fact"),
            (own([{"fact": "store.claims", "ge": 2}]), "c0_fact"), (own(beats=["D01-2.A3"]), "beats"),
        ):  # fmt: skip
            with pytest.raises(Refusal) as refused:
                add(store, draft, given)
            assert refused.value.field == field
        with pytest.raises(Refusal) as refused:
            add(store, draft, own([{"fact": "visit.any", "is": "yes"}]))
        assert refused.value.code == "draft_unsound"

    def test_words_are_asked_for_in_both_languages(self, store):
        with pytest.raises(Refusal) as refused:
            add(store, begun(store), RuleInput([YES], POOL, WORDS, {"zh": "归公海", "en": " "}))
        assert refused.value.field == "says_en"

    def test_another_consequence_needs_other_words_and_is_the_company_s_own_until_it_is_put_back(self, store):
        draft = begun(store)
        with pytest.raises(Refusal) as refused:
            save(store, draft, "D09-7b", as_it_is(draft, "D09-7b", then=POOL))
        assert refused.value.code == "words_unchanged"
        changed = save(store, draft, "D09-7b", as_it_is(draft, "D09-7b", then=POOL, says=WORDS))
        assert edits.find(changed.content, "D09-7b")[1]["origin"] == "interpretation"
        back = save(store, changed, "D09-7b", as_it_is(draft, "D09-7b"))
        assert edits.find(back.content, "D09-7b")[1] == edits.find(draft.content, "D09-7b")[1]

    def test_a_rule_is_switched_off_and_on_again(self, store):
        draft = begun(store)
        given = {"here": store.manager, "draft": draft, "rule": "D09-7b", "at": make.MOMENT}
        off = drafting.switch_rule(seen=1, on=False, **given)
        assert "D09-7b" not in {rule.id for rule in Pack.from_data(off.content).rules}
        assert edits.find(off.content, "D09-7b")
        on = drafting.switch_rule(seen=2, on=True, **given)
        assert on.content == draft.content

    def test_the_order_counts_in_gates_only(self, store):
        draft = begun(store, "collision-control")
        given = {"here": store.manager, "draft": draft, "at": make.MOMENT}
        moved = drafting.move_rule(seen=1, rule="D14-2.2b", up=True, **given)
        order = [row["id"] for row in edits.stage(moved.content, "exclusions")["rules"]]
        assert order[:2] == ["D14-2.2b", "D14-2.2a"]
        with pytest.raises(Refusal) as refused:
            drafting.move_rule(seen=2, rule=edits.stage(moved.content, "ownership")["rules"][0]["id"], up=True, **given)
        assert refused.value.code == "order_decides_nothing"

    def test_a_rule_of_the_text_is_never_taken_out_but_the_company_s_own_is(self, store):
        draft, rule = add(store, begun(store, "first-report"), own([], vocabulary.token({"applies": True})), "defaults")
        with pytest.raises(Refusal) as refused:
            drafting.remove_rule(here=store.manager, draft=draft, seen=2, rule="D08-4.2b", at=make.MOMENT)
        assert refused.value.code == "rule_of_the_text"
        gone = drafting.remove_rule(here=store.manager, draft=draft, seen=2, rule=rule, at=make.MOMENT)
        assert edits.find(gone.content, rule) is None
        assert "off" not in gone.content

    def test_it_cannot_begin_to_govern_in_the_past(self, store):
        draft = begun(store)
        with pytest.raises(Refusal) as refused:
            drafting.set_beginning(here=store.manager, draft=draft, seen=1, since=make.MOMENT, at=make.MOMENT)
        assert refused.value.field == "since"
        later = make.MOMENT + timedelta(days=3)
        assert drafting.set_beginning(
            here=store.manager, draft=draft, seen=1, since=later, at=make.MOMENT
        ).since == later  # fmt: skip

    def test_every_change_leaves_a_line_in_the_log(self, store):
        draft = with_days(store, begun(store))
        drafting.drop_draft(here=store.manager, draft=draft, seen=2, at=make.MOMENT)
        lines = Entry.objects.filter(subject=f"draft:{draft.pk}").order_by("pk")
        assert [line.action for line in lines] == ["draft.begin", "draft.change", "draft.drop"]


class TestDifference:
    """What a draft would change, in words, in regions, and in the worked cases."""

    def test_parameters_rules_and_regions_are_told(self, store):
        draft = with_days(store, begun(store))
        changed = save(store, draft, "D09-7b", as_it_is(draft, "D09-7b", then=POOL, says=WORDS))
        was = reading.before(changed)
        told = {(change.clause, change.was, change.now) for change in reading.changes(changed, was)}
        assert ("G-56", "14", "10") in told
        assert ("D09-7b", "归再次邀约的顾问", "归公海") in told
        assert reading.changed_clauses(changed, was) == {"G-56", "D09-7b"}
        assert any("归公海" in region for region in reading.regions(changed, was))
        assert reading.changes(begun(store, "first-report"), reading.before(PolicyDraft.objects.latest("pk"))) == []

    def test_what_is_switched_off_moved_or_new_is_told(self, store):
        draft = begun(store, "collision-control")
        given = {"here": store.manager, "draft": draft, "at": make.MOMENT}
        drafting.move_rule(seen=1, rule="D14-2.2b", up=True, **given)
        changed = drafting.switch_rule(seen=2, rule="D14-2.2c", on=False, **given)
        told = {change.what: (change.was, change.now) for change in reading.changes(changed, reading.before(changed))}
        assert told["停用"] == ("用", "不用")
        assert told["次序"] == ("D14-2.2a → D14-2.2b → D14-2.2c", "D14-2.2b → D14-2.2a → D14-2.2c")

    def test_worked_cases_that_come_out_otherwise_are_named(self, store):
        draft = begun(store)
        changed = save(store, draft, "D09-7b", as_it_is(draft, "D09-7b", then=POOL, says=WORDS))
        trial = examples.trial(HOME, reading.before(changed).pack, reading.would_be(changed.content, changed.params))
        assert trial.cases > 20
        assert {example.now.owner for example in trial.different} == {"pool"}
        assert trial.silent == ()


def test_the_worked_cases_in_the_product_are_those_of_the_specification():
    for stem, cases in worked.worked().items():
        kept = (examples.FOLDER / f"{stem}.json").read_text("utf-8")
        assert kept == worked.text(cases), "written anew by python -m tests.engine.worked"


@pytest.mark.parametrize("name", pack_ids())
def test_every_rule_of_a_shipped_policy_takes_effect_in_a_worked_case(name):
    pack = load_pack(name)
    trial = examples.trial(name, pack, pack)
    assert (trial.different, trial.silent) == ((), ())
    assert trial.cases


@pytest.mark.parametrize("name", pack_ids())
def test_every_fact_and_consequence_offered_can_be_asked_of_a_case(name):
    content = json.loads(load_pack(name).canonical)
    words = vocabulary.facts(content)
    for case in list(examples.cases(name).values())[:5]:
        matter = Matter(case, params_of(case, load_pack(name)))
        for word in words:
            value = matter.fact(word.name).value
            assert value is None or value in FACTS[word.name].values or isinstance(FACTS[word.name].values, range)
    for stage in content["stages"]:
        for then in vocabulary.consequences(stage, content).values():
            row = {"id": "C-1", "origin": "interpretation", "title": WORDS, "says": WORDS, "then": then}
            assert list(mistakes(edits.added(content, stage["id"], row, (), ()))) == []


def test_a_policy_with_rules_off_is_stored_byte_for_byte_and_names_only_rules_that_it_has():
    content = edits.switched(json.loads(load_pack(HOME).canonical), "D09-7b", False)
    pack = Pack.from_data(content)
    assert Pack.from_bytes(pack.canonical).off == ("D09-7b",)
    assert pack.canonical == canonical(content)
    assert list(mistakes({**content, "off": ["nothing"]})) == ["off: no rule 'nothing'"]
