"""The static checks against the truth: every situation decided one by one, and a solver."""

from itertools import combinations, product

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from arbitration.engine.check import check, compare, difference, regions
from arbitration.engine.decide import Desk, decide
from arbitration.engine.decode import decode_case
from arbitration.engine.facts.matter import Matter
from arbitration.engine.ruling import Ruling
from arbitration.engine.stages import ends
from tests.engine.packing import COLOURS, TRUTH, data, pack, point, rule, words

TOP = 4  # the largest number in a condition: 0…TOP+1 stand for all
POINTS = [
    {**dict(zip(TRUTH, truth, strict=True)), "t.colour": colour, "t.days": days}
    for truth in product((True, False), repeat=3)
    for colour in COLOURS
    for days in range(TOP + 2)
]
CASE = decode_case(
    {
        "case": "x", "policy": "home-decoration", "ask": "2025-03-03T10:00:00", "customers": [{"id": "c1"}], "events": [],
        "people": [{"id": f"p{i}", "role": "salesperson"} for i in range(3)],
    }
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _words():
    with words():
        yield


@pytest.fixture(autouse=True)
def _all_regions(monkeypatch):
    monkeypatch.setattr(regions, "GAPS", 10**6)
    monkeypatch.setattr(compare, "REGIONS", 10**6)


# ── random packs ──

truths = st.builds(lambda name, yes: {"fact": name, "is": yes}, st.sampled_from(TRUTH), st.booleans())
colours = st.one_of(
    st.builds(lambda op, c: {"fact": "t.colour", op: c}, st.sampled_from(["is", "not"]), st.sampled_from(COLOURS)),
    st.builds(lambda cs: {"fact": "t.colour", "in": cs}, st.lists(st.sampled_from(COLOURS), min_size=1, unique=True)),
)
spans = st.builds(
    lambda op, n: {"fact": "t.days", op: n}, st.sampled_from(["le", "lt", "ge", "gt", "is", "not"]), st.integers(0, TOP)
)
conjunctions = st.lists(st.one_of(truths, truths, colours, spans), max_size=3)
ESCALATED = {"escalate": "no_rule_applies"}
gates = st.sampled_from(
    [{"hold": "t.then", "reason": "not_visited_yet"}, {"dismiss": "no_rule_applies"}, {"no_collision": "not_visited_yet"},
     ESCALATED, {"applies": True}]
)  # fmt: skip
answers = st.sampled_from(
    [{"owner": "r.one"}, {"owner": "r.two"}, {"owner": "pool"}, {"split": {"r.one": 4000, "r.two": "remainder"}},
     {"split": {"r.one": 1000, "r.two": "remainder"}}, {"owner": "r.three", "split": {"r.one": 4000, "r.two": "remainder"}}]
)  # fmt: skip


@st.composite
def stages(draw, hit, most):
    """A stage; exceptions only to rules before, so that there is no circle."""
    rows = []
    for i in range(draw(st.integers(0, most))):
        then = draw(gates if hit == "first" else st.one_of(answers, answers, answers, st.just(ESCALATED)))
        row = rule(f"{hit}{i}", "", then) | {"when": draw(conjunctions)}
        if hit == "unique" and i:
            row["exception_to"] = draw(st.lists(st.sampled_from([r["id"] for r in rows]), max_size=2, unique=True))
        rows.append(row)
    stage = {"hit": hit, "rules": rows, "otherwise": []}
    for when in draw(st.lists(conjunctions, max_size=2)):
        stage["otherwise"].append({"when": when, **draw(st.one_of(gates, answers))})
    return stage | draw(st.sampled_from([{}, {"contested": "t.c", "sole": "r.three"}]))


@st.composite
def packs(draw):
    """Gates, ownership and shares, or some of these, with at most eight rules."""
    chosen = draw(st.sampled_from([("unique",), ("unique",), ("first", "unique"), ("unique", "split"), ("first",)]))
    drawn = [draw(stages("first" if name == "first" else "unique", 8 if len(chosen) == 1 else 4)) for name in chosen]
    for stage, name in zip(drawn, chosen, strict=True):
        for row in stage["rules"]:
            row["id"] = row["id"].replace("unique", name)
            row["exception_to"] = [i.replace("unique", name) for i in row.get("exception_to", ())]
    axioms = draw(st.lists(st.lists(st.one_of(truths, colours), min_size=1, max_size=3), max_size=2))
    return data(*drawn, impossible=[{"all": all_, "why": "…"} for all_ in axioms])


def built(data_):
    return pack(*data_["stages"], impossible=data_["impossible"])


# ── the truth, one situation after the other ──


def meets(when, at):
    return all(one.holds(at[one.fact], {}) for one in when)


def possible(pack_, at):
    return not any(meets(when, at) for when in pack_.impossible)


def at(where, here):
    """Whether a situation lies in a region."""
    return all(any(here[f] in v if isinstance(v, range) else here[f] == v for v in vs) for f, vs in where.items())


def walk(pack_, here):
    """The stages that deciding gets to with something to decide: each with the rules that apply, and those that stand."""
    point.update(here)
    matter = Matter(CASE, {})
    desk, ruling = Desk(pack_, matter), Ruling(CASE, pack_, matter)
    for stage in pack_.deciding:
        stand = []
        if not (stage.contested and not here[stage.contested]):
            found = desk.stages.found(stage, desk.true, desk.unknown)
            applying = [r for r in stage.rules if meets(r.when, here)]
            stand = [stage.rules[i] for i in found.standing]
            yield stage, applying, stand
        ruling, open_ = desk.decide(ruling, stage)
        if not open_ and (ruling.status != "conflict" or any(ends(r.then) for r in stand)):
            return  # after a conflict, what comes next is checked as if it were mended


def asked(pack_, stage):
    """The situations that can be and in which a stage has something to decide, if deciding gets there."""
    return [h for h in POINTS if possible(pack_, h) and (not stage.contested or h[stage.contested])]


def truth(pack_):
    """What the checks ought to find."""
    deciding = list(pack_.deciding)
    alive, standing, conflicts, orders = set(), set(), set(), set()
    gaps = {stage.id: [] for stage in deciding if stage.hit == "unique"}
    for stage in deciding:
        alive |= {r.id for r in stage.rules for h in asked(pack_, stage) if meets(r.when, h)}
    for here in (h for h in POINTS if possible(pack_, h)):
        for stage, applying, stand in walk(pack_, here):
            standing |= {r.id for r in stand}
            if stage.hit == "unique":
                conflicts |= {(a.id, b.id) for a, b in combinations(stand, 2) if a.then != b.then}
                if not applying and not any(o.when and meets(o.when, here) for o in stage.otherwise):
                    gaps[stage.id].append(here)
            else:
                orders |= {(stand[0].id, r.id) for r in applying if r.then != stand[0].then}
    every = {rule_.id for rule_ in pack_.rules}
    return {"never": every - alive, "shadowed": alive - standing, "conflict": conflicts, "order": orders}, gaps


@settings(max_examples=100, deadline=None)
@given(packs())
def test_it_finds_what_deciding_every_situation_finds(given_):
    pack_ = built(given_)
    wanted, gaps = truth(pack_)
    found = check(pack_)
    rules = {rule_.id for rule_ in pack_.rules}
    for name, one in wanted.items():
        told = [p for p in found if p.check == name and set(p.rules) <= rules]
        single = name in ("never", "shadowed")
        assert {p.rules[0] if single else p.rules for p in told} == one, name
    for stage in pack_.deciding:
        told = [p.where for p in found if p.check == "gap" and p.stage == stage.id]
        assert [h for h in asked(pack_, stage) if any(at(where, h) for where in told)] == gaps.get(stage.id, [])
    for problem in (p for p in found if p.check in ("conflict", "order")):
        stage = next(stage for stage in pack_.deciding if stage.id == problem.stage)
        here = [h for h in asked(pack_, stage) if at(problem.where, h)]
        assert here
        for _, applying, stand in (next(row for row in walk(pack_, h) if row[0] is stage) for h in here):
            assert set(problem.rules) <= {r.id for r in (stand if problem.check == "conflict" else applying)}


# ── two versions ──


@st.composite
def versions(draw):
    """A pack and what somebody made of it: conditions, consequences, order and exceptions may have changed."""
    old = draw(packs())
    new = draw(st.one_of(packs(), st.just(None)))
    if new is None:
        changed = draw(st.integers(0, len(old["stages"]) - 1))
        new_stages = list(old["stages"])
        new_stages[changed] = _edited(draw, old["stages"][changed])
        new = {**old, "stages": new_stages}
    return old, new


def _edited(draw, stage):
    rows = [dict(row) for row in stage["rules"]]
    if rows:
        i = draw(st.integers(0, len(rows) - 1))
        edit = draw(st.sampled_from(["when", "then", "drop", "beats", "move"]))
        if edit == "when":
            rows[i]["when"] = draw(conjunctions)
        elif edit == "then":
            rows[i]["then"] = draw(answers)
        elif edit == "beats":
            rows[i]["exception_to"] = []
        elif edit == "move" and stage["hit"] == "first":
            rows = [rows[i], *rows[:i], *rows[i + 1 :]]
        elif edit == "drop":
            gone = rows.pop(i)["id"]
            for row in rows:
                row["exception_to"] = [e for e in row.get("exception_to", ()) if e != gone]
    return {**stage, "rules": rows}


def outcome(pack_, here):
    point.update(here)
    ruling = decide(CASE, pack_, explain=False)
    reason = "" if ruling.status == "conflict" else ruling.reason
    return ruling.status, reason, ruling.owner, tuple(ruling.shares.items())


@settings(max_examples=80, deadline=None)
@given(versions())
def test_two_versions_differ_where_it_is_told_and_nowhere_else(pair):
    old, new = map(built, pair)
    told = [p for p in difference(old, new) if p.check == "difference"]
    for here in POINTS:
        if possible(old, here) and possible(new, here):
            before, after = outcome(old, here), outcome(new, here)
            saying = {p.en.split(": ", 1)[1] for p in told if at(p.where, here)}
            assert bool(saying) == (before != after)
            assert len(saying) <= 1


# ── a solver ──

SORTS = {name: z3.Bool(name) for name in TRUTH} | {"t.colour": z3.Int("colour"), "t.days": z3.Int("days")}
DOMAIN = z3.And(SORTS["t.colour"] >= 0, SORTS["t.colour"] < 3, SORTS["t.days"] >= 0, SORTS["t.days"] < 400)
SIGNS = {
    "is": lambda x, v: x == v, "not": lambda x, v: x != v, "le": lambda x, v: x <= v, "lt": lambda x, v: x < v,
    "ge": lambda x, v: x >= v, "gt": lambda x, v: x > v,
}  # fmt: skip


def z(value):
    return COLOURS.index(value) if isinstance(value, str) else value


def all_of(when):
    terms = []
    for one in when:
        symbol = SORTS[one.fact]
        values = one.value if one.op == "in" else (one.value,)
        sign = SIGNS["is" if one.op == "in" else one.op]
        terms.append(z3.Or([sign(symbol, z(v)) for v in values]))
    return z3.And(terms)


def in_region(where):
    def one(symbol, value):
        inside = isinstance(value, range)
        return z3.And(symbol >= value.start, symbol < value.stop) if inside else symbol == z(value)

    return z3.And([z3.Or([one(SORTS[f], v) for v in values]) for f, values in where.items()])


def holds(*terms):
    solver = z3.Solver()
    solver.add(DOMAIN, *terms)
    return solver.check() == z3.sat


@settings(max_examples=60, deadline=None)
@given(packs().filter(lambda p: len(p["stages"]) == 1 and p["stages"][0]["hit"] == "unique"))
def test_a_solver_agrees(given_):
    pack_ = built(given_)
    (stage,) = pack_.stages
    reach = [z3.Not(all_of(when)) for when in pack_.impossible] + ([SORTS["t.c"]] if stage.contested else [])
    applies = {r.id: all_of(r.when) for r in stage.rules}
    stands = {
        r.id: z3.And(applies[r.id], *(z3.Not(applies[o.id]) for o in stage.rules if r.id in o.beats))
        for r in stage.rules
    }
    gap = z3.And(*(z3.Not(a) for a in applies.values()), *(z3.Not(all_of(o.when)) for o in stage.otherwise if o.when))
    found = check(pack_)
    told = {name: {p.rules for p in found if p.check == name} for name in ("never", "conflict")}
    assert {p.rules[0] for p in found if p.check == "shadowed" and p.rules[0] in applies} == {
        r for r in applies if holds(*reach, applies[r]) and not holds(*reach, stands[r])
    }
    assert {r for (r,) in told["never"] if r in applies} == {r for r in applies if not holds(*reach, applies[r])}
    pairs = [(a, b) for a, b in combinations(stage.rules, 2) if a.then != b.then]
    assert told["conflict"] == {(a.id, b.id) for a, b in pairs if holds(*reach, stands[a.id], stands[b.id])}
    regions_ = z3.Or([in_region(p.where) for p in found if p.check == "gap"])
    assert not holds(*reach, gap != regions_)


@settings(max_examples=40, deadline=None)
@given(versions().filter(lambda pair: all(len(p["stages"]) == 1 for p in pair)))
def test_a_solver_finds_no_other_difference(pair):
    old, new = map(built, pair)
    told = z3.Or([in_region(p.where) for p in difference(old, new) if p.check == "difference"])
    reach = [z3.Not(all_of(when)) for pack_ in (old, new) for when in pack_.impossible]
    numbers = {}
    before, after = (_comes_to(pack_, numbers) for pack_ in (old, new))
    assert not holds(*reach, (before != after) != told)


def _comes_to(pack_, numbers):
    """What a pack of one stage comes to, as a number."""
    (stage,) = pack_.stages
    number = lambda said: numbers.setdefault(repr(said), len(numbers))  # noqa: E731
    result = z3.IntVal(number({}))
    for row in reversed(stage.otherwise):
        result = z3.If(all_of(row.when), number(_plain(row.then)), result)
    if stage.hit == "first":
        for r in reversed(stage.rules):
            result = z3.If(all_of(r.when), number(_plain(r.then)), result)
    else:
        stands = [
            (r, z3.And(all_of(r.when), *(z3.Not(all_of(o.when)) for o in stage.rules if r.id in o.beats)))
            for r in stage.rules
        ]
        for r, stand in stands:
            result = z3.If(stand, number(_plain(r.then)), result)
        clash = [z3.And(x, y) for (a, x), (b, y) in combinations(stands, 2) if a.then != b.then]
        result = z3.If(z3.Or(clash), number("conflict"), result)
    return z3.If(SORTS["t.c"], result, number(("quiet", stage.sole))) if stage.contested else result


def _plain(then):
    return {} if "applies" in then else then
