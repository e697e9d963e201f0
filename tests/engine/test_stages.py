"""What rules come to, out of bits: exceptions, gates, unknowns, and the same verdict as a live ruling."""

from pathlib import Path

import pytest

from arbitration.engine import PackError, decide, load_pack
from arbitration.engine.backtest import compare, facts_changed, facts_of, rederived, stored
from arbitration.engine.decide import rule_on
from arbitration.engine.pack import parse_pack
from arbitration.engine.stages import stages_of
from tests.engine.corpus import case_and_pack, texts

STORE = load_pack("home-decoration")
DECORATION = [name for name in texts() if name.startswith("D09")]


def values(**known):
    """Facts of the home-decoration pack: everything false, nobody first, but for these."""
    nothing = {name: False for name in stages_of(STORE, STORE.values).asked}
    nothing |= {"report.order": "none", "household.order": "none", "claims.several": True, "visit.any": True}
    return nothing | {name.replace("__", "."): value for name, value in known.items()}


def verdict(**known):
    return stages_of(STORE, STORE.values).verdict(values(**known))


def test_a_rule_that_applies_stands():
    assert verdict(visit__established=True, rival__revisit=True) == ("D09-1a",)


def test_an_exception_that_applies_defeats_what_it_is_an_exception_to():
    assert verdict(visit__established=True, rival__revisit=True, refund__reinvited=True) == ("D09-7b",)


def test_without_anything_to_decide_no_rule_has_its_turn():
    assert verdict(claims__several=False, refund__reinvited=True) == ("uncontested",)


def test_what_is_unknown_and_could_matter_is_asked_for():
    assert verdict(visit__established=None, rival__revisit=True) == ("needs_evidence",)


def test_what_is_unknown_and_cannot_matter_is_not_asked_for():
    assert verdict(visit__established=None, rival__revisit=True, refund__reinvited=True) == ("D09-7b",)


def test_only_the_facts_that_could_still_change_the_result_are_missing():
    stages = stages_of(STORE, STORE.values)
    known = values(
        report__contest=True,
        case__five=True,
        report__order="together",
        ask__names_reporter=None,
        party__joint_friends=None,
    )
    true, unknown = stages.table.read(known)
    assert set(stages.could_change(stages.deciding[0], true, unknown)) == {"ask.names_reporter", "party.joint_friends"}
    known["refund.reinvited"] = True
    true, unknown = stages.table.read(known)
    assert stages.could_change(stages.deciding[0], true, unknown) == ()


@pytest.mark.parametrize("name", DECORATION)
def test_stored_facts_come_to_what_the_live_ruling_came_to(name):
    case, pack = case_and_pack(name)
    ruling = rule_on(case, pack)
    said = stages_of(pack, pack.values).verdict(facts_of(case, pack))
    deciding = {rule.id for stage in pack.deciding for rule in stage.rules}
    assert set(said) & deciding == set(ruling.fired) & deciding


class TestBacktest:
    """A draft over cases that were ruled on."""

    SOURCE = Path("arbitration/packs/home-decoration.yaml")

    @pytest.fixture
    def draft(self):
        """The store's policy without the rule on refunded deposits."""
        text = self.SOURCE.read_text("utf-8")
        return parse_pack(
            text.replace(
                "{fact: refund.reinvited, is: true}",
                "{fact: refund.reinvited, is: true}, {fact: claims.several, is: false}",
            )
        )

    def rows(self):
        return [(name, stored(facts_of(case_and_pack(name)[0], STORE))) for name in DECORATION]

    def test_the_same_policy_flips_nothing(self):
        report = compare(STORE, STORE, self.rows())
        assert (report.cases, report.flipped) == (len(DECORATION), 0)

    def test_a_draft_names_the_cases_that_would_come_out_otherwise(self, draft):
        report = compare(STORE, draft, self.rows())
        flips = {name for names in report.examples.values() for name in names}
        assert flips == {name for name in DECORATION if "D09-7b" in rule_on(*case_and_pack(name)).fired}
        assert flips

    def test_facts_found_anew_say_the_same_as_facts_that_were_stored(self, draft):
        cases = [(name, case_and_pack(name)[0]) for name in DECORATION]
        assert rederived(STORE, draft, cases).moves == compare(STORE, draft, self.rows()).moves

    def test_a_parameter_that_facts_read_is_told_apart_from_one_that_only_rules_name(self):
        text = self.SOURCE.read_text("utf-8")
        wider = parse_pack(text.replace("simul_report_s: {value: 60", "simul_report_s: {value: 90"))
        longer = parse_pack(text.replace("sla_prompt_h: {value: 24", "sla_prompt_h: {value: 48"))
        assert facts_changed(STORE, wider) == ["simul_report_s"]
        assert facts_changed(STORE, longer) == []


def test_only_what_decides_nothing_is_laid_over_another_policy():
    case, pack = case_and_pack(DECORATION[0])
    with pytest.raises(PackError, match="decides on a customer"):
        decide(case, pack, overlays=[pack])
