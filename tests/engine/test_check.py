"""Each check, on packs of a few lines: what it finds, and what it leaves alone."""

import pytest

from arbitration.engine import PackError, load_pack
from arbitration.engine.check import boxes, check, difference, draft, regions
from arbitration.engine.check.boxes import Space
from arbitration.engine.check.grounds import whens
from arbitration.engine.loading import canonical
from arbitration.engine.scope import overlap
from arbitration.engine.table import Table
from tests.engine.packing import ONE, TWO, data, first, leaves, pack, rule, unique, words

TOLD = {"zh": "…", "en": "…", "clause": "G-01"}
LEAVE = [{"escalate": "no_rule_applies"}]


@pytest.fixture(autouse=True, scope="module")
def _words():
    with words():
        yield


def found(*stages, only=None, fired=None, clauses=None, **more):
    """(check, rules) of what is found."""
    problems = check(pack(*stages, **more), fired=fired, clauses=clauses)
    return [(p.check, p.rules) for p in problems if only in (None, p.check)]


def where(*stages, only, **more):
    """The regions of what is found."""
    return [p.where for p in check(pack(*stages, **more)) if p.check == only]


# ── never, shadowed, duplicate ──


def test_a_rule_whose_conditions_exclude_each_other_never_applies():
    assert found(unique(rule("x", "days > 6 and days <= 6", ONE)), only="never") == [("never", ("x",))]
    assert found(unique(rule("x", "colour = red and colour in green,blue", ONE)), only="never") == [("never", ("x",))]


def test_a_rule_that_describes_only_what_cannot_be_never_applies():
    axiom = [{"all": leaves("a and not b"), "why": "…"}]
    assert found(unique(rule("x", "a and not b and days < 3", ONE)), only="never", impossible=axiom) == [
        ("never", ("x",))
    ]
    assert found(unique(rule("x", "a", ONE)), only="never", impossible=axiom) == []


def test_a_rule_that_needs_nothing_to_decide_never_applies():
    assert found(unique(rule("x", "not c", ONE), contested="t.c"), only="never") == [("never", ("x",))]


def test_what_collects_and_what_happens_otherwise_may_never_apply_either():
    stage = {"hit": "collect", "rules": [rule("x", "a and not a", {"applies": True})]}
    other = unique(rule("y", "a", ONE), otherwise=[{"when": leaves("b and not b"), **TWO}, *LEAVE])
    assert found(other, stage, only="never") == [("never", ("s0.otherwise[0]",)), ("never", ("x",))]


def test_a_rule_that_an_exception_always_beats_is_shadowed():
    wide, narrow = rule("wide", "a", TWO, exception_to=["narrow"]), rule("narrow", "a and b", ONE)
    assert found(unique(narrow, wide), only="shadowed") == [("shadowed", ("narrow", "wide"))]
    assert (
        found(unique(rule("wide", "a", TWO), rule("narrow", "a and b", ONE, exception_to=["wide"])), only="shadowed")
        == []
    )


def test_two_exceptions_together_may_shadow_a_rule():
    rules = (
        rule("x", "a", ONE),
        rule("y", "days <= 9", TWO, exception_to=["x"]),
        rule("z", "days > 9", TWO, exception_to=["x"]),
    )
    assert found(unique(*rules), only="shadowed") == [("shadowed", ("x", "y", "z"))]


def test_a_gate_behind_a_wider_gate_is_shadowed():
    gates = (
        rule("wide", "a", {"dismiss": "no_rule_applies"}),
        rule("narrow", "a and b", {"no_collision": "no_rule_applies"}),
    )
    assert found(first(*gates), only="shadowed") == [("shadowed", ("narrow", "wide"))]
    assert found(first(*reversed(gates)), only="shadowed") == []


def test_a_rule_behind_a_gate_that_always_ends_is_shadowed():
    gate = first(rule("gate", "a", {"dismiss": "no_rule_applies"}))
    assert found(gate, unique(rule("x", "a and b", ONE)), only="shadowed") == [("shadowed", ("x",))]


def test_a_row_for_otherwise_that_rules_cover_is_shadowed():
    rows = [{"when": leaves("a and b"), **TWO}, *LEAVE]
    assert found(unique(rule("x", "a", ONE), otherwise=rows), only="shadowed") == [("shadowed", ("s0.otherwise[0]",))]


def test_two_rules_that_say_the_same_are_a_duplicate():
    same = rule("x", "days < 5", ONE), rule("y", "days <= 4", ONE)
    assert found(unique(*same), only="duplicate") == [("duplicate", ("x", "y"))]
    assert found(unique(rule("x", "a", ONE), rule("y", "b", ONE)), only="duplicate") == []


# ── conflict ──


def test_rules_that_stand_side_by_side_with_different_results_conflict():
    rules = rule("x", "a and days < 7", ONE), rule("y", "days >= 3", TWO)
    assert where(unique(*rules), only="conflict") == [{"t.a": (True,), "t.days": (range(3, 7),)}]


@pytest.mark.parametrize(
    "rules",
    [
        (rule("x", "a", ONE), rule("y", "b", ONE)),
        (rule("x", "a", ONE), rule("y", "not a", TWO)),
        (rule("x", "a", ONE), rule("y", "b", TWO, exception_to=["x"])),
        (rule("x", "a", ONE), rule("y", "b", TWO), rule("z", "a and b", ONE, exception_to=["x", "y"])),
        (rule("x", "a", ONE), rule("y", "b", TWO), rule("z", "a and b", TWO, exception_to=["x"])),
    ],
    ids=["same result", "never together", "an exception", "both beaten", "one of them beaten"],
)
def test_these_do_not_conflict(rules):
    assert found(unique(*rules), only="conflict") == []


def test_an_exception_that_covers_only_part_leaves_a_conflict_in_the_rest():
    rules = rule("x", "a", ONE), rule("y", "b", TWO), rule("z", "days < 5", ONE, exception_to=["y"])
    assert where(unique(*rules), only="conflict") == [{"t.a": (True,), "t.b": (True,), "t.days": (range(5, 400),)}]


def test_a_conflict_that_a_gate_never_lets_through_is_none():
    gate = first(rule("gate", "a", {"hold": "t.then"}), rule("pass", "b", {"applies": True}))
    rules = rule("x", "a", ONE), rule("y", "colour = red", TWO)
    assert found(gate, unique(*rules), only="conflict") == []
    opened = first(rule("pass", "b", {"applies": True}), rule("gate", "a", {"hold": "t.then"}))
    assert where(opened, unique(*rules), only="conflict") == [{"t.a": (True,), "t.b": (True,), "t.colour": ("red",)}]


def test_a_conflict_is_told_with_both_results_in_both_languages():
    rules = rule("x", "a", {"split": {"r.one": 2550, "r.two": "remainder"}}), rule("y", "days >= 3", TWO)
    (problem,) = (p for p in check(pack(unique(*rules))) if p.check == "conflict")
    assert problem.zh == (
        "x（分成：角色1 25.50%、角色2 其余） 与 y（归角色2）相冲突：「事实a」为是；「事实days」为至少 3 天。请让其中一条成为另一条的例外。"
    )
    assert problem.en == (
        "x (shares: role one 25.50%, role two the rest) and y (owner: role two) conflict where “fact a” is yes; “fact days” is at"
        " least 3 days. Make one of them an exception to the other."
    )


# ── order, gap ──


def test_gates_whose_order_decides_are_named():
    gates = (
        rule("x", "a", {"dismiss": "no_rule_applies"}),
        rule("y", "b", {"applies": True}),
        rule("z", "not a", {"hold": "t.then"}),
    )
    problems = [p for p in check(pack(first(*gates))) if p.check == "order"]
    assert [(p.severity, p.rules) for p in problems] == [("info", ("x", "y")), ("info", ("y", "z"))]


def test_what_no_rule_covers_is_a_gap():
    rules = rule("x", "a and days < 7", ONE), rule("y", "not a", TWO)
    assert where(unique(*rules), only="gap") == [{"t.a": (True,), "t.days": (range(7, 400),)}]


def test_a_gap_tells_what_happens_there():
    (problem,) = check(pack(unique(rule("x", "colour != red", ONE), otherwise=LEAVE)))
    assert (problem.check, problem.severity, problem.where) == ("gap", "warning", {"t.colour": ("red",)})
    assert "「事实colour」为red色" in problem.zh
    assert "the person in charge rules" in problem.en


def test_a_last_row_for_otherwise_that_names_conditions_is_a_mistake_where_something_is_left():
    rows = [{"when": leaves("b"), **TWO}, {"when": leaves("c"), **LEAVE[0]}]
    (problem,) = check(pack(unique(rule("x", "a", ONE), otherwise=rows)))
    assert (problem.check, problem.severity, problem.rules) == ("gap", "error", ("s0.otherwise[1]",))
    assert problem.where == {"t.a": (False,), "t.b": (False,), "t.c": (False,)}
    assert "最后一行" in problem.zh
    assert "The last row for otherwise" in problem.en
    assert check(pack(unique(rule("x", "a", ONE), otherwise=[rows[0], {"when": leaves("not b"), **LEAVE[0]}]))) == ()


@pytest.mark.parametrize(
    ("stage", "more"),
    [
        (unique(rule("x", "a", ONE), otherwise=[{"when": leaves("not a"), **TWO}]), {}),
        (unique(rule("x", "a", ONE)), {"impossible": [{"all": leaves("not a"), "why": "…"}]}),
        (unique(rule("x", "", ONE)), {}),
        (unique(rule("x", "c", ONE), contested="t.c"), {}),
        (first(rule("x", "a", {"hold": "t.then"})), {}),
    ],
    ids=["otherwise says so", "it cannot be", "a rule for all", "nothing to decide there", "gates may be silent"],
)
def test_these_are_no_gaps(stage, more):
    assert found(stage, only="gap", **more) == []


def test_a_region_spreads_to_what_cannot_be_so_that_it_reads_well():
    axiom = [{"all": leaves("a and b"), "why": "…"}]
    assert where(unique(rule("x", "not a", ONE)), only="gap", impossible=axiom) == [{"t.a": (True,)}]


def test_more_regions_than_anybody_reads_are_not_listed(monkeypatch):
    monkeypatch.setattr(regions, "GAPS", 1)
    rules = rule("x", "a and b", ONE), rule("y", "c and days < 3", ONE)
    assert [p.where for p in check(pack(unique(*rules)))][1:] == [{}]


def test_a_split_stage_after_a_final_word_is_reached_only_through_rules():
    owner = unique(rule("x", "a", ONE), rule("y", "b", TWO, exception_to=["x"]), otherwise=LEAVE)
    assert where(owner, unique(rule("z", "a", {"split": "r.one"})), only="gap")[1:] == [
        {"t.a": (False,), "t.b": (True,)}
    ]


# ── parameters, clauses, tests ──


def param(value, low, high):
    return {"value": value, "min": low, "max": high, **TOLD}


def test_a_parameter_at_its_bound_may_empty_a_rule():
    params = {"p_low": param(3, 1, 9), "p_high": param(7, 5, 30)}
    assert found(unique(rule("x", "days > p_low and days <= p_high", ONE)), only="bounds", params=params) == [
        ("bounds", ("x",))
    ]
    params["p_low"]["max"] = 4
    assert found(unique(rule("x", "days > p_low and days <= p_high", ONE)), only="bounds", params=params) == []


def test_conditions_are_cut_at_the_values_of_the_parameters():
    stage = unique(rule("x", "days <= p_days", ONE))
    assert where(stage, only="gap", params={"p_days": param(10, 1, 30)}) == [{"t.days": (range(11, 400),)}]


def test_parts_that_are_the_whole_only_at_some_values_are_an_error():
    half = {"split": {"r.one": {"param": "p_a"}, "r.two": {"param": "p_b"}}}
    params = {"p_a": param(5000, 0, 5000), "p_b": param(5000, 0, 5000)}
    assert found(unique(rule("x", "", half)), only="split", params=params) == [("split", ("x",))]
    rest = {"split": {"r.one": {"param": "p_a"}, "r.two": "remainder"}}
    assert found(unique(rule("x", "", rest)), only="split", params=params) == []


def test_a_clause_is_a_rule_or_explained_and_not_both():
    stage = unique(rule("D99-1", "", ONE), rule("D99-3", "a", ONE))
    clauses = {"D99-1", "D99-2", "D99-3", "D98-1"}
    told = found(stage, only="clause", clauses=clauses, not_rules={"D99-3": "…"})
    assert told == [("clause", ("D99-2",)), ("clause", ("D99-3",))]


def test_a_rule_that_fires_in_no_case_is_untested():
    stage = unique(rule("x", "a", ONE), rule("y", "not a", ONE))
    assert found(stage, fired={"x"}) == [("untested", ("y",))]
    assert found(stage) == []


# ── what a pack accepts ──


def accepting(*stages, **row):
    """(check, counts) of a pack with one accepted row."""
    return [(p.check, p.counts, p.accepted) for p in check(pack(*stages, accepted=[row]), fired=())]


GAP, TESTED = unique(rule("x", "a and days < 7", ONE)), {"check": "untested", "why": "…"}


def test_an_accepted_gap_is_told_with_its_reason():
    told = accepting(GAP, check="gap", stage="s0", why="left to people")
    assert told == [("gap", "accepted", "left to people"), ("untested", "warning", "")]


def test_only_the_part_of_a_gap_that_is_accepted_is_accepted():
    problems = check(pack(GAP, accepted=[{"check": "gap", "where": leaves("not a"), "why": "…"}]))
    assert [(p.counts, p.where) for p in problems] == [
        ("accepted", {"t.a": (False,)}), ("warning", {"t.a": (True,), "t.days": (range(7, 400),)})
    ]  # fmt: skip


def test_an_accepted_conflict_is_of_these_rules_and_there():
    stage = unique(rule("x", "a", ONE), rule("y", "b", TWO), rule("z", "not a", ONE), otherwise=LEAVE)
    rows = [
        {"check": "conflict", "rules": ["y", "x"], "why": "one"},
        {"check": "conflict", "rule": "z", "where": leaves("days < 5"), "why": "two"},
    ]
    told = [
        (p.rules, p.counts, p.where.get("t.days")) for p in check(pack(stage, accepted=rows)) if p.check == "conflict"
    ]
    assert told == [
        (("x", "y"), "accepted", None), (("y", "z"), "accepted", (range(0, 5),)), (("y", "z"), "error", (range(5, 400),)),
    ]  # fmt: skip


def test_an_accepted_rule_need_not_be_tested():
    assert accepting(unique(rule("x", "", ONE)), rule="x", **TESTED) == [("untested", "accepted", "…")]


@pytest.mark.parametrize(
    "row",
    [
        {"check": "gap", "stage": "elsewhere", "why": "…"},
        {"check": "gap", "where": leaves("a and days < 7"), "why": "…"},
        {"check": "conflict", "rules": ["x", "y"], "why": "…"},
        {"check": "untested", "rule": "x", "where": leaves("a"), "why": "…"},
    ],
    ids=["another stage", "no gap there", "no such conflict", "a region of what has none"],
)
def test_what_excuses_nothing_is_stale(row):
    assert ("stale", "warning", "") in accepting(GAP, **row)


def test_an_excuse_for_untested_rules_is_not_stale_where_no_tests_were_asked():
    assert [p.check for p in check(pack(unique(rule("x", "", ONE)), accepted=[TESTED]))] == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"check": "gap"}, "why: say the reason"),
        ({"check": "clause", "why": "…"}, "check: 'clause' is none of"),
        ({"check": "gap", "why": "…", "because": 1}, "no such key: because"),
        ({"check": "gap", "why": "…", "where": [{"fact": "t.z", "is": True}]}, "is no condition"),
    ],
)
def test_an_accepted_row_is_written_as_it_should_be(row, told):
    (problem,) = (p for p in check(pack(GAP, accepted=[row])) if p.check == "accepted")
    assert problem.severity == "error"
    assert told in problem.en


# ── limits ──


def test_what_takes_too_long_is_not_proven(monkeypatch):
    monkeypatch.setattr(boxes, "LIMIT", 3)
    problems = check(pack(unique(rule("x", "a and b", ONE), rule("y", "c and days < 9", TWO), otherwise=LEAVE)))
    assert ("not_proven", "warning") in {(p.check, p.severity) for p in problems}
    old, new = pack(unique(rule("x", "a and b and c", ONE))), pack(unique(rule("x", "c and days < 9", TWO)))
    assert "not_proven" in {p.check for p in difference(old, new)}


# ── text that is no pack ──


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"params": 3}, "params: must be a mapping"),
        ({"stages": [{"id": "s", "hit": "unique"}]}, "stages[0]: rules is missing"),
        ({"version": 1}, "version: must be a text"),
        ({"stages": [unique(rule("x", "", ONE)) | {"id": "s", "colour": 1}]}, "s: no such key: colour"),
        ({"stages": [unique(rule("x", "z", ONE)) | {"id": "s"}]}, "s.x: no fact 't.z'"),
        ({"stages": [unique(rule("x", "", {"split": {"r.one": 1000, "r.two": 9100}})) | {"id": "s"}]}, "101 %"),
        (
            {
                "stages": [
                    unique(rule("x", "", ONE, exception_to=["y"]), rule("y", "", TWO, exception_to=["x"])) | {"id": "s"}
                ]
            },
            "x: is an exception to itself",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_nothing_else(change, told):
    text = canonical({**data(), **change}).decode()
    problems = check(text)
    assert {(p.check, p.severity) for p in problems} == {("invalid", "error")}
    assert any(told in p.en for p in problems)
    with pytest.raises(PackError):
        draft(text)


def test_yaml_that_is_none_is_told_with_its_line():
    (problem,) = check("a: 1\na: 2\n")
    assert problem.en.startswith("line 1:")


# ── two versions ──


def changes(old, new, **more):
    return [(p.where, p.en) for p in difference(pack(*old, **more), pack(*new, **more))]


def test_what_a_wider_window_changes_is_a_region_with_both_outcomes():
    rules = lambda days: [unique(rule("x", f"a and days <= {days}", ONE), rule("y", f"days > {days}", TWO))]  # noqa: E731
    assert changes(rules(7), rules(10)) == [
        (
            {"t.a": (True,), "t.days": (range(8, 11),)},
            "where “fact a” is yes; “fact days” is 8–10 days: owner: role two → owner: role one.",
        ),
        (
            {"t.a": (False,), "t.days": (range(8, 11),)},
            "where “fact days” is 8–10 days; “fact a” is no: owner: role two → nothing is decided.",
        ),
    ]


def test_a_fact_that_only_one_version_asks_for_is_free_for_the_other():
    assert [w for w, _ in changes([unique(rule("x", "a", ONE))], [unique(rule("x", "a and b", ONE))])] == [
        {"t.a": (True,), "t.b": (False,)}
    ]


def test_other_names_and_the_order_of_rules_that_agree_change_nothing():
    old = unique(rule("x", "a", ONE), rule("y", "b", ONE), rule("z", "c", TWO, exception_to=["x", "y"]))
    new = unique(rule("p", "c", TWO, exception_to=["q", "r"]), rule("q", "b", ONE), rule("r", "a", ONE))
    assert changes([old], [new]) == []


def test_the_order_of_gates_may_change_the_outcome():
    gates = rule("x", "a", {"hold": "t.then"}), rule("y", "b", {"applies": True})
    told = changes([first(*gates), unique(rule("z", "", ONE))], [first(*reversed(gates)), unique(rule("z", "", ONE))])
    assert told == [
        ({"t.a": (True,), "t.b": (True,)}, "where “fact a”, “fact b” are yes: on hold until then → owner: role one.")
    ]


def test_a_conflict_that_comes_or_goes_is_a_change():
    rules = rule("x", "a", ONE), rule("y", "b", TWO)
    ((region_, told),) = changes([unique(*rules)], [unique(rules[0], {**rules[1], "exception_to": ["x"]})])
    assert region_ == {"t.a": (True,), "t.b": (True,)}
    assert "clauses conflict" in told


def test_a_changed_parameter_is_named_and_shows_in_shares():
    old, new = (
        pack(
            unique(rule("x", "a", {"split": {"r.one": {"param": "p_bp"}, "r.two": "remainder"}})),
            params={"p_bp": param(bp, 0, 5000)},
        )
        for bp in (1000, 2000)
    )
    told = [p.en for p in difference(old, new)]
    assert told[0].startswith("parameter p_bp: 1000 → 2000")
    assert "role one 10%, role two the rest → shares: role one 20%" in told[1]


def test_what_is_collected_is_compared_rule_by_rule():
    collect = lambda *rules: {"hit": "collect", "rules": list(rules)}  # noqa: E731
    told = changes(
        [collect(rule("x", "a", {"applies": True}), rule("y", "", {"applies": True}))],
        [collect(rule("x", "a and days < 3", {"applies": True}), rule("y", "", {"applies": True}))],
    )
    assert [en for _, en in told] == [
        "x: it applies and changes no ownership; “fact a” is yes → it applies and changes no ownership; “fact a” is yes;"
        " “fact days” is 0–2 days."
    ]


def test_a_pack_does_not_differ_from_itself():
    shipped = load_pack("home-decoration")
    assert difference(shipped, shipped) == ()


# ── cells and scopes ──


def test_the_checks_cut_facts_into_the_cells_by_which_cases_are_decided():
    for shipped in (load_pack("home-decoration"), load_pack("channel-contract")):
        space = Space(whens(shipped))
        for name, column in Table(shipped, shipped.values).columns.items():
            assert set(column.cells) <= set(space.cells[name])


def test_policies_that_decide_on_the_same_things_between_the_same_parties_overlap():
    def policy(name, decides, parties):
        return pack(id=name, decides=decides, parties=parties)

    packs = [
        policy("a", "customer", ["staff"]), policy("b", "customer", ["staff", "mixed"]), policy("c", "customer", ["agencies"]),
        policy("d", "sale", ["staff"]), policy("e", "nothing", []), policy("f", "nothing", []), policy("g", "customer", ["mixed"]),
    ]  # fmt: skip
    assert [(a.id, b.id, common) for a, b, common in overlap(packs)] == [("a", "b", ("staff",)), ("b", "g", ("mixed",))]
