"""The shipped policies, all of them: every case comes out, every clause has its place, nothing is left for the checker to say."""

import json
import re
from pathlib import Path

import pytest

from arbitration.engine import load_pack
from arbitration.engine.check.command import main
from arbitration.engine.cli import compare
from arbitration.engine.decide import rule_on
from arbitration.engine.pack import pack_ids
from arbitration.engine.scope import overlap, scopes_of
from tests.engine.corpus import case_and_pack, given, texts

TESTS = Path(__file__).parent.parent
CLAUSES = json.loads((TESTS / "spec" / "clauses.json").read_text("utf-8"))["clauses"]
every_pack = pytest.mark.parametrize("name", pack_ids())


@pytest.mark.parametrize("name", list(texts()))
def test_a_case_comes_out_as_it_expects(name):
    case, pack = case_and_pack(name)
    assert list(compare(given(name)["expect"], rule_on(case, pack).as_dict())) == []


def test_all_twenty_one_documents_have_a_policy():
    assert {load_pack(name).document for name in pack_ids()} == {f"D{n:02d}" for n in range(1, 22)}


@every_pack
def test_every_clause_that_decides_is_a_rule_or_says_why_it_is_none(name):
    pack = load_pack(name)
    ours = {c["id"] for c in CLAUSES if c["doc"] == pack.document and c["decision"]}
    rules = {rule.id for rule in pack.rules}
    assert ours <= rules | set(pack.not_rules)
    assert not rules & set(pack.not_rules)


@every_pack
def test_what_is_quoted_stands_in_the_source(name):
    quotes = {c["id"]: c["quote"] for c in CLAUSES}
    for rule in load_pack(name).rules:
        if rule.id in quotes:
            assert _plain(rule.quote) in _plain(quotes[rule.id]), rule.id


def _plain(text):
    return re.sub(r"\s", "", text)


@every_pack
def test_a_test_that_a_clause_names_is_there(name):
    for clause, why in load_pack(name).not_rules.items():
        for path in re.findall(r"tests/[\w/]+\.py", why):
            assert (TESTS.parent / path).is_file(), f"{clause}: {path}"


@every_pack
def test_every_rule_says_itself_in_both_languages_in_words_of_its_own(name):
    for rule in load_pack(name).rules:
        assert all(rule.title[lang] and rule.says[lang] for lang in ("zh", "en")), rule.id
        assert not re.search(r"[\u4e00-\u9fff]{3}", rule.says["en"]), f"{rule.id}: Chinese in the English"
        assert rule.says["zh"] != rule.quote, f"{rule.id}: only repeats the source"


def test_the_checker_has_nothing_to_say(capsys):
    assert main(["--all"]) == 0
    told = capsys.readouterr().out.strip().splitlines()
    assert [line for line in told[:-1] if "警告" in line or "错误" in line] == []


def test_the_partisan_clause_never_decides_on_ownership():
    pack = load_pack("channel-project@2")
    deciding = {rule.id for stage in pack.deciding for rule in stage.rules}
    assert "D21-7a" not in deciding
    assert "D21-7a" in {rule.id for rule in pack.rules}


def test_two_editions_are_two_versions_of_one_pack():
    one, two = load_pack("channel-project@1"), load_pack("channel-project@2")
    assert (one.id, one.version, two.id, two.version) == ("channel-project", "1", "channel-project", "2")
    assert load_pack("channel-project") is two or load_pack("channel-project").sha256 == two.sha256


def test_policies_that_contradict_each_other_share_a_scope_and_overlays_share_none():
    packs = {name: load_pack(name) for name in pack_ids()}
    together = {frozenset((a.id, b.id)) for a, b, _parties in overlap(packs.values())}
    assert frozenset(("first-report", "first-contact")) in together
    assert frozenset(("channel-contract", "channel-project")) in together
    assert not any("query-first" in pair or "site-incidents" in pair for pair in together)
    assert frozenset(("home-decoration", "channel-contract")) not in together
    assert all(scopes_of(pack) for pack in packs.values())
