"""The engine itself: pure, deterministic, symmetric, strict about what it reads."""

import json
import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arbitration.engine import CaseError, Pack, PackError, decide, decode_case, load_pack
from arbitration.engine.money import apportion
from arbitration.engine.pack import canonical, parse_pack
from arbitration.engine.reading import read_case

BASE = Path(__file__).parent.parent.parent
CASES = sorted((BASE / "tests/spec/cases").glob("D09-*.yaml"))
PACK = load_pack("home-decoration")


def read(path):
    return read_case(path.read_text("utf-8"))


def cli(*args, text=None, **env):
    return subprocess.run(
        [sys.executable, "-m", "arbitration.engine.cli", *args], cwd=BASE, input=text, capture_output=True, text=True,
        env={**os.environ, **env}, check=False,
    )  # fmt: skip


def test_the_same_case_gives_the_same_bytes_in_any_time_zone_and_process():
    path = str(CASES[0])
    outs = {
        cli(path, TZ=zone, PYTHONHASHSEED=seed).stdout
        for zone, seed in (("UTC", "0"), ("America/New_York", "1"), ("Asia/Tokyo", "7"))
    }
    assert len(outs) == 1
    assert json.loads(outs.pop())["case"] == CASES[0].stem


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_renaming_the_people_renames_the_ruling_and_nothing_else(path):
    text = path.read_text("utf-8")
    people = [p["id"] for p in read(path)["people"]]
    swapped = {a: f"zz{i}" for i, a in enumerate(reversed(people))}
    renamed = text
    for old, new in swapped.items():
        renamed = renamed.replace(old, new)
    a, b = (decide(decode_case(read_case(t)), PACK, explain=False) for t in (text, renamed))
    assert (b.status, b.owner) == (a.status, swapped.get(a.owner, a.owner))
    assert sorted(b.shares.values()) == sorted(a.shares.values())
    assert {swapped[w]: s for w, s in a.shares.items()} == b.shares
    assert a.fired == b.fired


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_the_order_of_the_file_does_not_matter(path):
    given_ = read(path)
    a = decide(decode_case(given_), PACK, explain=False)
    events = [e for e in given_["events"] if "id" in e]
    if len(events) == len(given_["events"]):
        random.Random(1).shuffle(events)
        b = decide(decode_case({**given_, "events": events}), PACK, explain=False)
        assert (a.outcome(), a.fired) == (b.outcome(), b.fired)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_every_ruling_is_explained_in_both_languages_and_says_what_would_change_it(path):
    ruling = decide(decode_case(read(path)), PACK)
    assert all(ruling.text[lang] for lang in ("zh", "en"))
    assert len(ruling.counterfactuals) <= 5
    for row in ruling.counterfactuals:
        assert (row["status"], row["owner"], tuple(sorted(row["shares"].items()))) != ruling.outcome()
    states = {row["rule"] for row in ruling.as_dict()["trace"] if "rule" in row}
    assert states == {rule.id for rule in PACK.rules}
    assert all(row["because"] for row in ruling.as_dict()["trace"] if row.get("state") == "undetermined")


def test_what_comes_after_the_question_has_not_happened():
    given_ = read(BASE / "tests/spec/cases/D09-5a-T1.yaml")
    assert decide(decode_case({**given_, "ask": "2025-03-03T10:29:59"}), PACK, explain=False).status == "on_hold"


def test_a_pinned_pack_decides_as_the_shipped_one():
    case = decode_case(read(CASES[0]))
    pinned = Pack.from_bytes(PACK.canonical)
    assert decide(case, pinned).canonical() == decide(case, PACK).canonical()
    assert pinned.sha256 == PACK.sha256


MISTAKES = [
    ({"ask": "2025-03-03"}, "ask: '2025-03-03' is not written as the format has it"),
    ({"policy": "nobody"}, "policy: 'nobody' is not written as the format has it"),
    ({"colour": 1}, "colour: no such key"),
    ({"events": [{"type": "visit", "at": "2025-03-03T10:00:00"}]}, "events[0].customer: missing"),
    ({"events": [{"type": "dance", "at": "2025-03-03T10:00:00"}]}, "events[0].type: no event is called 'dance'"),
    ({"events": [{"type": "visit", "at": "2025-02-30T10:00:00", "customer": "c1"}]}, "events[0].at: day is out of range for month"),
    ({"events": [{"type": "deed", "at": "2025-03-03T10:00:00", "customer": "c1", "by": "zz"}]}, "events[0].by: no person 'zz'"),
    ({"people": [{"id": "a", "role": "king"}]}, "people[0].role: 'king' is none of"),
    ({"customers": [{"id": "c1"}, {"id": "c1"}]}, "customers[1].id: id 'c1' is already used at customers[0].id"),
    ({"params": {"patience": 3}}, "params.patience: policy home-decoration has no such parameter"),
    ({"params": {"simul_report_s": 99999}}, "params.simul_report_s: 99999 is outside 0–3600"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line"), MISTAKES)
def test_a_mistake_is_told_with_its_path(change, line):
    sound = {
        "case": "x",
        "policy": "home-decoration",
        "ask": "2025-03-03T10:00:00",
        "customers": [{"id": "c1"}],
        "events": [],
    }
    with pytest.raises(CaseError) as wrong:
        decide(decode_case({**sound, **change}), PACK)
    assert any(m.startswith(line) for m in wrong.value.mistakes), wrong.value.mistakes


def test_every_mistake_is_told_at_once():
    with pytest.raises(CaseError) as wrong:
        decode_case({"case": 1, "events": [{"type": "x", "at": "2025-01-01T00:00"}, {"type": "visit"}]})
    assert len(wrong.value.mistakes) == 6


@pytest.mark.parametrize(
    "thing", [None, [], "text", 3, {"case": "x"}, {"events": None}, {"events": [None, 3, {"type": []}]}]
)
def test_what_is_no_case_is_refused_and_never_crashes(thing):
    with pytest.raises(CaseError):
        decode_case(thing)


class TestCommandLine:
    """As in the case format."""

    def test_a_bad_case_exits_with_2_and_prints_nothing_on_standard_output(self):
        bad = cli("-", text='{"case": "x"}')
        assert (bad.returncode, bad.stdout) == (2, "")
        assert "events: missing" in bad.stderr

    def test_standard_input_text_and_another_parameter(self):
        text = (BASE / "tests/spec/cases/D09-5b-T1.yaml").read_text("utf-8")
        plain, narrow = cli("-", text=text), cli("-", "--set", "simul_report_s=30", text=text)
        assert (json.loads(plain.stdout)["owner"], json.loads(narrow.stdout)["owner"]) == ("an_qi", "zhou_min")
        english = cli("-", "--format", "text", "--lang", "en", text=text)
        assert "the customer is an_qi's" in english.stdout

    def test_checking_prints_a_line_for_each_difference_and_the_count_last(self, tmp_path):
        good = (BASE / "tests/spec/cases/D09-5a-T1.yaml").read_text("utf-8")
        (tmp_path / "good.yaml").write_text(good, "utf-8")
        (tmp_path / "bad.yaml").write_text(good.replace("owner: zhou_min", "owner: an_qi"), "utf-8")
        out = cli("--check", str(tmp_path))
        assert out.returncode == 1
        assert out.stdout.splitlines() == ["bad: owner: expected an_qi, got zhou_min", "1 passed, 1 failed"]

    def test_a_missing_file_and_an_unknown_policy_are_sentences(self):
        assert cli("nowhere.yaml").returncode == 2
        unknown = cli(str(CASES[0]), "--policy", "no-such")
        assert (unknown.returncode, unknown.stderr.strip()) == (2, "no policy pack 'no-such'")


@given(st.lists(st.integers(1, 9), min_size=1, max_size=7), st.integers(0, 10**12))
def test_largest_remainder_loses_nothing_and_stays_within_one_of_exact(weights, total):
    shares = {str(i): Fraction(w, sum(weights)) for i, w in enumerate(weights)}
    parts = apportion(shares, total)
    assert sum(parts.values()) == total
    assert all(abs(parts.get(who, 0) - share * total) < 1 for who, share in shares.items())


def test_a_third_each_gives_the_odd_fen_to_the_earlier_claims():
    assert apportion({"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}, 100) == {
        "a": 34,
        "b": 33,
        "c": 33,
    }


SOURCE = (BASE / "arbitration/packs/home-decoration.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("fact: refund.reinvited, is: true", "fact: refund.reinvitd, is: true", "no fact 'refund.reinvitd'"),
        ("{owner: reinviter}", "{owner: somebody}", "no owner 'somebody'"),
        ("value: 60, min: 0", "value: 6000, min: 0", "params.simul_report_s: 6000 is outside 0–3600"),
        (
            "fact: report.order, is: together}, {fact: ask",
            "fact: report.order, is: maybe}, {fact: ask",
            "report.order is never 'maybe'",
        ),
        ("id: D09-4b", "id: D09-4a", "D09-4a: given twice"),
        ("hours: sla_prompt_h", "hours: sla", "no parameter 'sla'"),
    ],
)
def test_a_pack_with_a_mistake_is_refused(old, new, mistake):
    assert old in SOURCE
    with pytest.raises(PackError) as wrong:
        parse_pack(SOURCE.replace(old, new))
    assert any(mistake in m for m in wrong.value.mistakes), wrong.value.mistakes


def test_two_rules_that_disagree_without_an_exception_are_a_conflict_for_a_person():
    loose = parse_pack(
        SOURCE.replace("exception_to: [joint, household, visited, asked_first, reported]", "exception_to: [joint]", 1)
    )
    ruling = decide(decode_case(read(BASE / "tests/spec/cases/D09-7b-T1.yaml")), loose)
    assert (ruling.status, ruling.to) == ("conflict", "shi_lei")


def test_the_canonical_form_has_no_floats():
    with pytest.raises(ValueError, match="float"):
        canonical({"a": [1.5]})


def test_the_engine_knows_nothing_of_django():
    code = "import sys, arbitration.engine; sys.exit(any(m.startswith('django') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=BASE, check=False).returncode == 0
