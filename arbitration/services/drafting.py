"""起草制度: begin a draft, change it, drop it. Several people may; each change counts a version, so that nobody overwrites another's.

No change is kept that brings an error the static checks find: of two rules that contradict each other, of a rule that can never
apply. So whoever publishes reads a draft that could govern.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.engine import pack_ids
from arbitration.models import PolicyDraft, PolicyVersion
from arbitration.policies import drafting, edits, offers, parameters
from arbitration.policies.writing import RuleInput, chosen, tidy, written
from arbitration.services.policies import publish
from people.models import Project
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

State = PolicyDraft.State


# ── begin, drop ──


@transaction.atomic
def begin_draft(*, here: Workplace, source: str, at: datetime) -> PolicyDraft:
    """Begin a draft from what is in force (the id of its pack), or from a shipped policy (its address).

    Raises Refusal: not who drafts; nothing called that; another draft of the same policy is open.
    """
    _refuse_outsider(here)
    project = Project.objects.select_for_update(no_key=True).get(pk=here.project.pk)
    base, params = _source(project, source, at)
    same = drafting.drafts(project).filter(base__pack=base.pack).first()
    if same:
        raise Refusal(
            "draft_open", _("这份制度已经有一份草稿，%(name)s在起草。接着改那份") % {"name": same.by.name}, status=409
        )
    draft = PolicyDraft.objects.create(
        project=project, base=base, content=drafting.content_of(base), params=params, by=here.user, begun_at=at,
        changed_by=here.user, changed_at=at,
    )  # fmt: skip
    _note(draft, "begin", here, at, base=str(base))
    return draft


def _source(project: Project, source: str, at: datetime) -> tuple[PolicyVersion, dict[str, Any]]:
    """The version to begin from, with what the project sets of it. What is to govern goes before what governs until then."""
    held = [row for row in offers.lasting_rows(project, at) if row.policy.pack == source.partition("@")[0]]
    last = max(held, key=lambda row: row.since, default=None)
    if last and source in (last.policy.pack, str(last.policy)):
        return last.policy, dict(last.params)
    if source not in pack_ids():
        raise Refusal("policy_unknown", _("选列出来的一份制度"), field="source")
    policy = publish(source, at=at)
    return policy, dict(last.params) if last and last.policy_id == policy.pk else {}


@transaction.atomic
def drop_draft(*, here: Workplace, draft: PolicyDraft, seen: int, at: datetime) -> None:
    """Nobody goes on with it. It stays to be read. Raises Refusal for one that somebody changed meanwhile, or that is decided."""
    locked = _lock(here, draft, seen)
    locked.state, locked.changed_by, locked.changed_at = State.DROPPED, here.user, at
    locked.version += 1
    locked.save(update_fields=["state", "changed_by", "changed_at", "version"])
    _note(locked, "drop", here, at)


# ── change ──


def set_parameters(
    *, here: Workplace, draft: PolicyDraft, seen: int, given: Mapping[str, Any], at: datetime
) -> PolicyDraft:
    """Other values of parameters, within their bounds. Raises Refusal at `p_<name>` for a value that one cannot take."""

    def change(locked: PolicyDraft) -> dict[str, Any]:
        for name, value in given.items():
            if name not in locked.content["params"]:
                raise Refusal(
                    "param_unknown", _("这份制度没有「%(name)s」这个参数") % {"name": name}, field=f"p_{name}"
                )
            parameters.judge(name, locked.content["params"][name], value)
        params = {**locked.params, **given}
        own = {name: param["value"] for name, param in locked.content["params"].items()}
        locked.params = {name: value for name, value in params.items() if value != own[name]}
        return {"params": sorted(given)}

    return _change(here, draft, seen, at, change)


def switch_rule(*, here: Workplace, draft: PolicyDraft, seen: int, rule: str, on: bool, at: datetime) -> PolicyDraft:
    """Use a rule, or not. Raises Refusal where that brings an error, such as two others that now contradict each other."""

    def change(locked: PolicyDraft) -> dict[str, Any]:
        _known(locked, rule)
        locked.content = edits.switched(locked.content, rule, on)
        return {"rule": rule, "on": on}

    return _change(here, draft, seen, at, change)


def move_rule(*, here: Workplace, draft: PolicyDraft, seen: int, rule: str, up: bool, at: datetime) -> PolicyDraft:
    """One place up or down. Raises Refusal outside gates: elsewhere the order decides nothing."""

    def change(locked: PolicyDraft) -> dict[str, Any]:
        stage, _row = _known(locked, rule)
        if stage["hit"] != "first":
            raise Refusal("order_decides_nothing", _("这里的条款没有先后，谁优先看「优先于」"), status=409)
        locked.content = edits.moved(locked.content, rule, up)
        return {"rule": rule, "up": up}

    return _change(here, draft, seen, at, change)


def save_rule(
    *, here: Workplace, draft: PolicyDraft, seen: int, rule: str, given: RuleInput, at: datetime
) -> PolicyDraft:
    """Other conditions, another consequence or other words of a rule.

    Raises Refusal for what cannot be chosen, for words that are missing or still say what the rule no longer does, and with the
    witness in words for a rule that contradicts another.
    """

    def change(locked: PolicyDraft) -> dict[str, Any]:
        stage, row = _known(locked, rule)
        changed = {**row, **written(stage, given, *drafting.known(locked))}
        other = any(changed.get(key, []) != row.get(key, []) for key in ("when", "then"))
        if other and changed["says"] == row["says"]:
            raise Refusal("words_unchanged", _("条件或结果改了，说明也要改：它要说这一条现在怎么办"), field="says_zh")
        changed["origin"] = drafting.origin_of(locked, changed)
        if changed["origin"] == "text":
            changed.pop("origin")  # as a text is written: that is what no origin means
        locked.content = edits.replaced(locked.content, tidy(changed), given.beats, given.yields)
        return {"rule": rule}

    return _change(here, draft, seen, at, change)


def save_otherwise(
    *, here: Workplace, draft: PolicyDraft, seen: int, rule: str, given: RuleInput, at: datetime
) -> PolicyDraft:
    """Other conditions or another consequence where no rule of a stage applies (`edits.otherwise`). Raises Refusal as `save_rule`."""

    def change(locked: PolicyDraft) -> dict[str, Any]:
        found = edits.find_otherwise(locked.content, rule)
        if found is None:
            raise Refusal("rule_unknown", _("草稿里没有这一条"), status=404)
        row = {"id": rule, **chosen(found[0], given, *drafting.known(locked))}
        locked.content = edits.otherwise_replaced(locked.content, row)
        return {"rule": rule}

    return _change(here, draft, seen, at, change)


def add_rule(
    *, here: Workplace, draft: PolicyDraft, seen: int, stage: str, given: RuleInput, at: datetime
) -> tuple[PolicyDraft, str]:
    """A rule of the company's own, out of facts and consequences that there are; gives its id. Raises Refusal as `save_rule`."""
    made: list[str] = []

    def change(locked: PolicyDraft) -> dict[str, Any]:
        into = edits.stage(locked.content, stage)
        if into is None:
            raise Refusal("stage_unknown", _("选列出来的一步"), field="stage")
        row = {
            "id": edits.next_id(locked.content),
            "origin": "interpretation",
            **written(into, given, *drafting.known(locked)),
        }
        made.append(row["id"])
        locked.content = edits.added(locked.content, stage, tidy(row), given.beats, given.yields)
        return {"rule": row["id"]}

    return _change(here, draft, seen, at, change), made[0]


def remove_rule(*, here: Workplace, draft: PolicyDraft, seen: int, rule: str, at: datetime) -> PolicyDraft:
    """Take out a rule that the company added. Raises Refusal for one of the text: that is switched off, so that it stays to be read."""

    def change(locked: PolicyDraft) -> dict[str, Any]:
        _known(locked, rule)
        if not edits.is_own(rule):
            raise Refusal("rule_of_the_text", _("原来的条款不能删，可以停用"), status=409)
        locked.content = edits.removed(locked.content, rule)
        return {"rule": rule, "removed": True}

    return _change(here, draft, seen, at, change)


def set_beginning(
    *, here: Workplace, draft: PolicyDraft, seen: int, since: datetime | None, at: datetime
) -> PolicyDraft:
    """From when it is to govern; None is from its publication on. Raises Refusal for a moment that is past."""

    def change(locked: PolicyDraft) -> dict[str, Any]:
        if since is not None and since <= at:
            raise Refusal("since_past", _("生效日期已经过了。改一个以后的日期，或者留空"), field="since")
        locked.since = since
        return {"since": since.isoformat() if since else ""}

    return _change(here, draft, seen, at, change)


# ── what all changes share ──


@transaction.atomic
def _change(
    here: Workplace, draft: PolicyDraft, seen: int, at: datetime, change: Callable[[PolicyDraft], dict[str, Any]]
) -> PolicyDraft:
    locked = _lock(here, draft, seen)
    was = drafting.problems(locked.content, locked.params)
    detail = change(locked)
    brought = drafting.new_errors(was, drafting.problems(locked.content, locked.params))
    if brought:
        sentence = _("没有存。%(problem)s") % {"problem": drafting.told(brought[0])}
        raise Refusal("draft_unsound", sentence, status=409)
    locked.version += 1
    locked.changed_by, locked.changed_at = here.user, at
    locked.save(update_fields=["content", "params", "since", "version", "changed_by", "changed_at"])
    _note(locked, "change", here, at, **detail)
    return locked


def _lock(here: Workplace, draft: PolicyDraft, seen: int) -> PolicyDraft:
    """The draft as it is now, for whoever may change it and has seen it so."""
    _refuse_outsider(here)
    locked = PolicyDraft.objects.select_for_update().get(pk=draft.pk, project=here.project)
    if locked.state != State.DRAFT:
        raise Refusal("draft_closed", drafting.closed(locked), status=409)
    if locked.version != seen:
        raise Refusal(
            "draft_changed",
            _("%(name)s刚改过这份草稿。你填的还在；看一眼现在的，再存一次") % {"name": locked.changed_by.name},
            status=409,
        )
    return locked


def _refuse_outsider(here: Workplace) -> None:
    if not here.may(Right.DRAFTS):
        raise Refusal("not_yours_to_draft", _("你没有起草制度的权利"), status=404)


def _known(draft: PolicyDraft, rule: str) -> tuple[edits.Row, edits.Row]:
    found = edits.find(draft.content, rule)
    if found is None:
        raise Refusal("rule_unknown", _("草稿里没有这一条"), status=404)
    return found


def _note(draft: PolicyDraft, act: str, here: Workplace, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=f"draft.{act}", subject=f"draft:{draft.pk}", at=at,
        project=draft.project.code, policy=draft.base.pack, **detail,
    )  # fmt: skip
