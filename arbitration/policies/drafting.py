"""草稿 of a policy, to be read: the policy that it would be, what the checks find of it, and how it differs from what is in force."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from arbitration.engine import Pack, PackError
from arbitration.engine.check import Problem, check, difference
from arbitration.engine.check.wording import consequence, region
from arbitration.engine.loading import canonical
from arbitration.models import PolicyDraft, PolicyInForce, PolicyVersion
from arbitration.policies import edits, offers, parameters, vocabulary
from people.models import Project

State = PolicyDraft.State
OPEN = (State.DRAFT, State.SUBMITTED)


def of_project(project: Project) -> "QuerySet[PolicyDraft]":
    """All drafts of a project, each with who had a hand in it."""
    rows = PolicyDraft.objects.filter(project=project)
    return rows.select_related("base", "by", "changed_by", "submitted_by", "decided_by", "published", "project")


def of_number(project: Project, pk: int) -> PolicyDraft:
    """One of them; else 404."""
    return get_object_or_404(of_project(project), pk=pk)


def drafts(project: Project) -> "QuerySet[PolicyDraft]":
    """Those of a project that are being worked on or wait for the second person, the latest changed first."""
    return of_project(project).filter(state__in=OPEN).order_by("-changed_at", "-pk")


def closed(draft: PolicyDraft) -> str:
    """Why a draft cannot be changed."""
    told = {
        State.SUBMITTED: _("这份草稿已经送审，不能改。要改，先撤回送审"), State.PUBLISHED: _("这份草稿已经发布"),
        State.DROPPED: _("这份草稿已经作废"),
    }  # fmt: skip
    return str(told[State(draft.state)])


# ── the two policies ──


@lru_cache(maxsize=64)
def _read(content: bytes) -> Pack:
    return Pack.from_data(json.loads(content))


def would_be(content: Mapping[str, Any], params: Mapping[str, Any]) -> Pack:
    """The policy that a draft would be, the project's values in it. Raises PackError with every mistake."""
    data = {**content, "params": {**content["params"]}}
    for name, value in params.items():
        data["params"][name] = {**data["params"][name], "value": value}
    return _read(canonical(data))


@dataclass(frozen=True)
class Before:
    """What a draft is held against: what governs (or is to govern) as the same policy in the project, else its base."""

    content: Mapping[str, Any]
    params: Mapping[str, Any]
    row: PolicyInForce | None

    @property
    def pack(self) -> Pack:
        """As it is in force."""
        return would_be(self.content, self.params)


def before(draft: PolicyDraft) -> Before:
    """What the draft is held against."""
    rows = PolicyInForce.objects.filter(project=draft.project_id, policy__pack=draft.base.pack, until__isnull=True)
    row = rows.select_related("policy").order_by("-since").first()
    policy, params = (row.policy, row.params) if row else (draft.base, {})
    return Before(json.loads(bytes(policy.canonical)), params, row)


def moved_on(draft: PolicyDraft, was: Before) -> bool:
    """Whether another version was put in force since the draft was begun: publishing would undo what it brought."""
    return was.row is not None and was.row.policy_id != draft.base_id and was.row.since > draft.begun_at


def content_of(policy: PolicyVersion) -> dict[str, Any]:
    """What a version says, as data to be edited."""
    return dict(json.loads(bytes(policy.canonical)))


def known(draft: PolicyDraft) -> tuple[edits.Content, edits.Content]:
    """What the editor chooses from: the draft and the version that it was begun from."""
    return draft.content, content_of(draft.base)


def title(draft: PolicyDraft) -> str:
    """What the policy is called."""
    return str(draft.content["title"][offers.language()])


# ── checks ──


@lru_cache(maxsize=64)
def _checked(pack: Pack) -> tuple[Problem, ...]:
    return check(pack)


def problems(content: Mapping[str, Any], params: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What the static checks find."""
    try:
        return _checked(would_be(content, params))
    except PackError as trouble:
        return tuple(Problem("invalid", "error", (), {}, told, told) for told in trouble.mistakes)


def errors(found: tuple[Problem, ...]) -> list[Problem]:
    """What must not be in force."""
    return [problem for problem in found if problem.counts == "error"]


def new_errors(was: tuple[Problem, ...], now: tuple[Problem, ...]) -> list[Problem]:
    """The errors that an edit brings."""
    known = {_name(problem) for problem in errors(was)}
    return [problem for problem in errors(now) if _name(problem) not in known]


def _name(problem: Problem) -> tuple[Any, ...]:
    return problem.check, problem.stage, problem.rules, problem.zh if problem.check == "invalid" else ""


def told(problem: Problem) -> str:
    """A problem for readers; of two rules that contradict each other the witness, in words."""
    lang = offers.language()
    if problem.check == "conflict" and len(problem.rules) == 2:
        a, b = problem.rules
        return str(
            _("%(a)s 和 %(b)s 冲突，结果不一样。两条都管得到的情形：%(where)s。让其中一条成为另一条的例外，或者改条件")
            % {"a": a, "b": b, "where": region(problem.where, lang)}
        )
    return problem.zh if lang == "zh" else problem.en


# ── what differs ──


@dataclass(frozen=True)
class Change:
    """One difference, in words: about which clause (or `edits.otherwise`), what of it, as it was and as it would be."""

    clause: str
    what: str
    was: str = ""
    now: str = ""


def changed_clauses(draft: PolicyDraft, was: Before) -> set[str]:
    """The clauses of which something differs: their rule, or a parameter that names them."""
    return {change.clause for change in changes(draft, was)}


def changes(draft: PolicyDraft, was: Before) -> list[Change]:
    """Every difference between what is in force and the draft, in the order of the policy."""
    lang = offers.language()
    return [*_parameters(draft, was, lang), *_rules(draft, was, lang), *_otherwise(draft, was, lang)]


def regions(draft: PolicyDraft, was: Before) -> list[str]:
    """The situations whose outcome changes, in words; nothing where the draft is no policy as it stands."""
    try:
        found = difference(was.pack, would_be(draft.content, draft.params))
    except PackError:
        return []
    zh = offers.language() == "zh"
    return [problem.zh if zh else problem.en for problem in found if problem.check != "parameter"]


def _parameters(draft: PolicyDraft, was: Before, lang: str) -> Iterator[Change]:
    for name, param in draft.content["params"].items():
        now = draft.params.get(name, param["value"])
        old = was.params.get(name, was.content["params"].get(name, param)["value"])
        if now != old:
            label = parameters.label(name, param, lang)
            yield Change(param["clause"], label, parameters.said(name, old), parameters.said(name, now))


def _rules(draft: PolicyDraft, was: Before, lang: str) -> Iterator[Change]:
    old = {row["id"]: row for _stage, row in edits.rows(was.content)}
    new = {row["id"]: row for _stage, row in edits.rows(draft.content)}
    for rule, row in new.items():
        if rule not in old:
            yield Change(rule, _("新加的一条"), "", row["says"][lang])
        elif row != old[rule]:
            yield from _row(old[rule], row, was, draft, lang)
    for rule in old.keys() - new.keys():
        yield Change(rule, _("去掉的一条"), old[rule]["says"][lang])
    yield from _switched(set(was.content.get("off", ())), set(draft.content.get("off", ())))
    yield from _moved(was.content, draft.content)


def _otherwise(draft: PolicyDraft, was: Before, lang: str) -> Iterator[Change]:
    """What happens where no rule applies; one that there was not before shows what it does now."""
    for _stage, row in edits.otherwise(draft.content):
        found = edits.find_otherwise(was.content, row["id"])
        if found is None or found[1] != row:
            yield from _row(found[1] if found else {**row, "when": [], "then": {}}, row, was, draft, lang)


def _row(old: edits.Row, new: edits.Row, was: Before, draft: PolicyDraft, lang: str) -> Iterator[Change]:
    rule = new["id"]
    sides = ((old, was.content, was.params), (new, draft.content, draft.params))
    if old.get("when") != new.get("when"):
        yield Change(rule, _("条件"), *(conditions(row, content, params, lang) for row, content, params in sides))
    if old["then"] != new["then"]:
        yield Change(
            rule, _("结果"),
            *(consequence(row["then"], values(content, params), lang) if row["then"] else "—" for row, content, params in sides),
        )  # fmt: skip
    for key, what in (("title", _("标题")), ("says", _("说明"))):
        if old.get(key) != new.get(key):
            yield Change(rule, what, old[key][lang], new[key][lang])
    exceptions = [edits.beaten(content, rule) for _row, content, _params in sides]
    if exceptions[0] != exceptions[1]:
        yield Change(rule, _("优先于"), *(_("、").join(sorted(names)) or "—" for names in exceptions))


def _switched(was: set[str], now: set[str]) -> Iterator[Change]:
    yield from (Change(rule, _("停用"), _("用"), _("不用")) for rule in sorted(now - was))
    yield from (Change(rule, _("恢复使用"), _("不用"), _("用")) for rule in sorted(was - now))


def _moved(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    """Gates whose rules stand in another order."""
    for stage in now["stages"]:
        before_ = edits.stage(was, stage["id"])
        order = [row["id"] for row in stage["rules"]]
        old = [row["id"] for row in before_["rules"]] if before_ else order
        if stage["hit"] == "first" and [r for r in old if r in order] != [r for r in order if r in old]:
            yield Change(order[0], _("次序"), " → ".join(old), " → ".join(order))


def values(content: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each parameter."""
    return {name: params.get(name, param["value"]) for name, param in content["params"].items()}


def conditions(row: edits.Row, content: Mapping[str, Any], params: Mapping[str, Any], lang: str) -> str:
    """The conditions of a rule in words."""
    known = values(content, params)
    said = [vocabulary.in_words(leaf, content, known, lang) for leaf in row.get("when", ())]
    return ("；" if lang == "zh" else "; ").join(said) or (_("任何情形"))


def origin_of(draft: PolicyDraft, row: edits.Row) -> str:
    """Whether a rule still says what the text says: only as the shipped or published base has it; else it is the company's own."""
    found = edits.find(content_of(draft.base), row["id"])
    same = found is not None and all(found[1].get(key) == row.get(key) for key in ("when", "then"))
    return str(found[1].get("origin", "text")) if found and same else "interpretation"
