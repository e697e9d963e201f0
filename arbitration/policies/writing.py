"""A rule as somebody writes it in the editor, judged: only facts and consequences that there are, and words in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arbitration.policies import edits, vocabulary
from trail.refusals import Refusal

TITLE, SAYS, MOST_CONDITIONS = 120, 600, 12


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A rule as somebody writes it: conditions as in a pack, the consequence by its short name (`vocabulary.token`), its words.

    `beats`: the rules that it is an exception to; `yields`: those that are an exception to it.
    """

    conditions: Sequence[Mapping[str, Any]]
    then: str
    title: Mapping[str, str]
    says: Mapping[str, str]
    beats: Sequence[str] = ()
    yields: Sequence[str] = ()


def tidy(row: edits.Row) -> edits.Row:
    """Without a list of no conditions, which packs leave out."""
    return {key: value for key, value in row.items() if key != "when" or value}


def written(stage: edits.Row, given: RuleInput, *contents: edits.Content) -> edits.Row:
    """Conditions, consequence and words as a pack has them. Raises Refusal for what `contents` do not know, and for missing words."""
    row = chosen(stage, given, *contents)
    others = {one["id"] for one in stage["rules"]}
    if not {*given.beats, *given.yields} <= others or {*given.beats} & {*given.yields}:
        raise Refusal("order_unknown", _("同一条不能又优先于它又让位于它"), field="beats")
    return {"title": _words(given.title, "title", TITLE), "says": _words(given.says, "says", SAYS), **row}


def chosen(stage: edits.Row, given: RuleInput, *contents: edits.Content) -> edits.Row:
    """Conditions and consequence alone. Raises Refusal for what `contents` do not know."""
    choices = vocabulary.consequences(stage, *contents)
    if given.then not in choices:
        raise Refusal("then_unknown", _("选列出来的一个结果"), field="then")
    known = {word.name for word in vocabulary.facts(*contents)}
    facts = [condition.get("fact") for condition in given.conditions]
    if len(facts) > MOST_CONDITIONS or any(fact not in known for fact in facts):
        raise Refusal(
            "fact_unknown", _("条件只能用列出来的事实，最多 %(most)s 个") % {"most": MOST_CONDITIONS}, field="c0_fact"
        )
    return {"when": [dict(condition) for condition in given.conditions], "then": dict(choices[given.then])}


def _words(given: Mapping[str, str], name: str, most: int) -> dict[str, str]:
    """A text in both languages."""
    said = {lang: " ".join(str(given.get(lang, "")).split()) for lang in ("zh", "en")}
    for lang, text in said.items():
        if not 0 < len(text) <= most:
            raise Refusal(
                "words_missing", _("中文和英文都要写，最多 %(most)s 个字") % {"most": most}, field=f"{name}_{lang}"
            )
    return said
