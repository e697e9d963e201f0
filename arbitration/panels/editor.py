"""What the editor's page shows: the clauses with their marks, and one of them with all that may be changed of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict

from arbitration.engine.check import Problem
from arbitration.engine.check.wording import consequence
from arbitration.forms.drafts import BeginningForm, ParametersForm, RowForm, RuleForm
from arbitration.models import PolicyDraft, Ruling
from arbitration.policies import drafting, edits, examples, offers, vocabulary
from leads.templatetags.guishu import percent
from people.models import Project
from people.roles import Right
from people.workplace import Workplace

State = PolicyDraft.State
SHOWN = 40  # problems of one kind; more nobody reads


# ── beginning ──


def sources(project: Project, at: datetime) -> list[tuple[str, str]]:
    """What a draft may begin from: what is in force or is to be, then what is shipped."""
    lang, rows = offers.language(), offers.lasting_rows(project, at)
    held = {one.policy.pack: f"{one.pack.title[lang]}（{one.policy}）" for one in offers.held(rows)}
    free = [offer for offer in offers.offers(offers.at_present(rows, at)) if offer.pack.id not in held]
    return [
        *held.items(),
        *((offer.id, f"{offer.pack.title[lang]}（{offer.pack.id}@{offer.pack.version}）") for offer in free),
    ]


def source_of(project: Project, rule: str, at: datetime) -> str:
    """The policy in force that has a rule; else the first in force."""
    held = offers.held(offers.lasting_rows(project, at))
    has = (one.policy.pack for one in held if rule in {r.id for r in one.pack.rules})
    return next(has, held[0].policy.pack if held else "")


# ── the page ──


def parameters_of(content: Mapping[str, Any], clause: str) -> list[str]:
    """The parameters that stand in a clause."""
    return [name for name, param in content["params"].items() if param["clause"] == clause]


def stage_name(stage: Mapping[str, Any]) -> dict[str, Any]:
    """A stage for the page."""
    return {"id": stage["id"], "hit": stage["hit"]}


def refreshed(form: RowForm) -> RowForm:
    """The form with what was chosen in it and nothing judged yet."""
    form.full_clean()
    form.errors.clear()
    return form


def shown(here: Workplace, draft: PolicyDraft, clause: str, at: datetime) -> dict[str, Any]:
    """Everything on the page."""
    lang, was = offers.language(), drafting.before(draft)
    changed = drafting.changed_clauses(draft, was)
    found = drafting.problems(draft.content, draft.params)
    may = here.may(Right.DRAFTS) and draft.state == State.DRAFT
    return {
        "draft": draft, "title": drafting.title(draft), "was": was, "clause": clause, "may": may, "lang": lang,
        "stages": [_stage(stage, draft, changed, lang) for stage in draft.content["stages"]],
        "others": _others(draft, changed, lang), "right": _right(draft, clause, found, may, lang) if clause else None,
        "found": told(found), "moved_on": drafting.moved_on(draft, was) and draft.state in drafting.OPEN,
        "beginning_form": BeginningForm(draft=draft, initial={"since": draft.since}),
        "may_publish": here.may(Right.POLICIES) and draft.submitted_by_id != here.user.pk,
        "closed": "" if draft.state == State.DRAFT else drafting.closed(draft),
    }  # fmt: skip


def told(found: tuple[Problem, ...]) -> dict[str, list[str]]:
    """Problems in words, by what they count as."""
    kinds: dict[str, list[str]] = {"error": [], "warning": [], "info": [], "accepted": []}
    for problem in found:
        if len(kinds[problem.counts]) < SHOWN:
            kinds[problem.counts].append(drafting.told(problem))
    return kinds


def _stage(stage: Mapping[str, Any], draft: PolicyDraft, changed: set[str], lang: str) -> dict[str, Any]:
    off = draft.content.get("off", ())
    rules = [
        {"id": row["id"], "title": row["title"][lang], "changed": row["id"] in changed, "off": row["id"] in off}
        for row in stage["rules"]
    ]
    values = drafting.values(draft.content, draft.params)
    otherwise = [
        {"id": row["id"], "title": consequence(row["then"], values, lang), "changed": row["id"] in changed}
        for one, row in edits.otherwise(draft.content)
        if one is stage
    ]
    return {**stage_name(stage), "rules": rules, "otherwise": otherwise}


def _others(draft: PolicyDraft, changed: set[str], lang: str) -> list[dict[str, Any]]:
    """Clauses that are no rule and have parameters."""
    rules = {row["id"] for _stage, row in edits.rows(draft.content)}
    clauses: dict[str, list[str]] = {}
    for param in draft.content["params"].values():
        if param["clause"] not in rules:
            clauses.setdefault(param["clause"], []).append(param[lang])
    return [{"id": name, "title": titles[0], "changed": name in changed} for name, titles in clauses.items()]


def _right(draft: PolicyDraft, clause: str, found: tuple[Problem, ...], may: bool, lang: str) -> dict[str, Any] | None:
    """One clause: its rule, if it is one, and its parameters."""
    names = parameters_of(draft.content, clause)
    rule, otherwise = edits.find(draft.content, clause), edits.find_otherwise(draft.content, clause)
    if rule is None and otherwise is None and not names:
        return None
    concerning = [
        drafting.told(problem) for problem in found if clause in problem.rules and problem.counts != "accepted"
    ]
    return {
        "parameters_form": ParametersForm(draft=draft, names=names) if names else None, "problems": concerning,
        "rule": _rule(draft, *rule, lang) if rule else None,
        "otherwise": _row(draft, otherwise[1], lang) if otherwise else None,
        "rule_form": form_of(draft, clause) if may else None,
        "ruled": Ruling.objects.filter(
            collision__project=draft.project_id, policy__pack=draft.base.pack, superseded_by=None, rules__contains=[clause]
        ).count(),
    }  # fmt: skip


def form_of(draft: PolicyDraft, clause: str, sent: QueryDict | None = None) -> RowForm | None:
    """The form of a rule, or of what happens where no rule applies; None where nothing is called that."""
    if found := edits.find(draft.content, clause):
        return RuleForm(sent, draft=draft, stage=found[0], row=found[1])
    if found := edits.find_otherwise(draft.content, clause):
        return RowForm(sent, draft=draft, stage=found[0], row=found[1])
    return None


def _row(draft: PolicyDraft, row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Conditions and consequence in words."""
    values = drafting.values(draft.content, draft.params)
    when = [vocabulary.in_words(leaf, draft.content, values, lang) for leaf in row.get("when", ())]
    return {"id": row["id"], "when": when, "then": consequence(row["then"], values, lang)}


def _rule(draft: PolicyDraft, stage: Mapping[str, Any], row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    values = drafting.values(draft.content, draft.params)
    return {
        **_row(draft, row, lang), "title": row["title"][lang], "says": row["says"][lang], "quote": row.get("quote", ""),
        "inferred": row.get("origin", "text") != "text", "own": edits.is_own(row["id"]),
        "off": row["id"] in draft.content.get("off", ()), "gate": stage["hit"] == "first",
        "beats": sorted(edits.beaten(draft.content, row["id"])),
        "also": [consequence(then, values, lang) for then in row.get("also", ())],
    }  # fmt: skip


# ── what differs ──


def compared(draft: PolicyDraft) -> dict[str, Any]:
    """The draft beside what is in force: in words, in regions, in worked cases; and what the checks find."""
    was, found = drafting.before(draft), drafting.problems(draft.content, draft.params)
    shown = {
        "was": was, "changes": drafting.changes(draft, was), "regions": drafting.regions(draft, was), "found": told(found),
        "trial": None, "examples": [],
    }  # fmt: skip
    if drafting.errors(found):
        return shown
    now, before = drafting.would_be(draft.content, draft.params), was.pack
    trial = examples.trial(examples.stem(draft.base.pack, draft.base.version), before, now)
    told_ = [(one.name, _outcome(one.was), _outcome(one.now)) for one in trial.different]
    return {**shown, "trial": trial, "examples": told_}


def _outcome(outcome: Any) -> str:
    """What a worked case comes to, short: its people are those of the case."""
    parts = [f"{who} {percent(bp)}" for who, bp in outcome.shares.items()]
    return " · ".join(filter(None, [outcome.status, outcome.owner or "", "、".join(parts)]))
