"""Keeping a shipped policy as a version, putting one in force in a project, and withdrawing it."""

from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arbitration import terms as rules_of_terms
from arbitration.cases.proposals import pack_of
from arbitration.engine import Pack, PackError, load_pack
from arbitration.engine.check import Problem, check
from arbitration.engine.scope import scopes_of
from arbitration.models import PolicyInForce, PolicyVersion
from arbitration.policies import offers, parameters
from people.models import Project
from people.terms import Terms
from trail import services as trail
from trail.refusals import Refusal

JUST_NOW = timedelta(minutes=1)  # what begins so soon is no plan: somebody else is changing it at this moment


def publish(pack_id: str, *, at: datetime) -> PolicyVersion:
    """Keep a shipped pack as a policy version, byte for byte; the one already kept if nothing in it changed."""
    return keep(load_pack(pack_id), at)


def keep(pack: Pack, at: datetime) -> PolicyVersion:
    kept, _new = PolicyVersion.objects.get_or_create(
        sha256=sha256(pack.canonical).digest(),
        defaults={"pack": pack.id, "version": pack.version, "canonical": pack.canonical, "published_at": at},
    )
    return kept


def examine(pack: Pack, params: dict[str, Any]) -> tuple[Problem, ...]:
    """What the static checks find of a policy with these parameters; an error keeps it from being put in force."""
    try:
        return _examined(pack.adjusted(params))
    except PackError as trouble:
        return tuple(Problem("invalid", "error", (), {}, told, told) for told in trouble.mistakes)


@lru_cache(maxsize=64)
def _examined(pack: Pack) -> tuple[Problem, ...]:
    return check(pack)


@transaction.atomic
def put_in_force(
    *, project: Project, policy: PolicyVersion, terms: Terms | None = None, by: object, at: datetime,
    params: dict[str, Any] | None = None, seen: str | None = None, since: datetime | None = None,
) -> list[PolicyInForce]:  # fmt: skip
    """From now on this policy governs its scopes in the project; cases that began before keep theirs (G-20).

    A new version, or other parameters, take the place of the old, and of those that were to come. `since`: a moment to come from
    which it is to govern; until then what governs now goes on. `terms`: what the left apps need of it; None leaves theirs.
    `params`: what the project sets otherwise than the pack. `seen`: `offers.marker` of what was in force on the page.

    Raises Refusal where another policy holds one of the scopes (two texts about the same matter are never in force at once), for
    parameters and terms that cannot be, for a policy in which the static checks find an error, for a moment that is past, and
    for what has changed meanwhile.
    """
    begin = at if since is None else _to_come(since, at)
    pack = pack_of(policy)
    differing = parameters.differing(pack, params or {})
    if terms is not None:
        rules_of_terms.judge(terms)
    _refuse_unsound(pack, differing)
    locked = _lock(project)
    rows, scopes = offers.lasting_rows(locked, at), scopes_of(pack)
    _refuse_overlap([row for row in rows if row.end is None or row.end > begin], pack.id, scopes)
    _refuse_changed(rows, pack.id, seen, at)
    _close(rows, pack.id, begin)
    if terms is not None:
        locked.terms_data = rules_of_terms.laid_down(pack, differing, terms, locked.terms).as_json()
        locked.save(update_fields=["terms_data"])
    _note(
        "policy.in_force", str(policy), locked, by, at, params=sorted(differing), terms=terms is not None,
        **({"since": begin.isoformat()} if since else {}),
    )  # fmt: skip
    governing = _laid_over(policy, pack, differing, at)
    made = [
        PolicyInForce(project=locked, policy=governing, scope=scope, params=differing, since=begin) for scope in scopes
    ]
    return PolicyInForce.objects.bulk_create(made)


def _to_come(since: datetime, at: datetime) -> datetime:
    if since <= at:
        raise Refusal("since_past", _("生效日期已经过了。改一个以后的日期，或者留空"), field="since")
    return since


def _lock(project: Project) -> Project:
    """The project's row, so that two who change its policies wait for each other, and nobody who registers a customer does."""
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _laid_over(policy: PolicyVersion, pack: Pack, params: dict[str, Any], at: datetime) -> PolicyVersion:
    """What is laid over another policy is pinned by its bytes alone: with other parameters it is a version of its own."""
    return keep(pack.adjusted(params), at) if pack.decides == "nothing" and params else policy


def _refuse_unsound(pack: Pack, params: dict[str, Any]) -> None:
    errors = [problem for problem in examine(pack, params) if problem.counts == "error"]
    if errors:
        said = ngettext(
            "静态检查发现 %(count)s 处错误，先改好再启用", "静态检查发现 %(count)s 处错误，先改好再启用", len(errors)
        )
        raise Refusal("policy_unsound", said % {"count": len(errors)}, status=409)


def _refuse_overlap(rows: list[PolicyInForce], pack: str, scopes: list[str]) -> None:
    other = next((row for row in rows if row.scope in scopes and row.policy.pack != pack), None)
    if other:
        raise Refusal(
            "scope_taken",
            _("「%(title)s」（%(policy)s）已经管着「%(scope)s」。先停用它，再启用这一份：同一件事不能有两份制度")
            % {
                "title": pack_of(other.policy).title[offers.language()],
                "policy": other.policy,
                "scope": offers.in_words(other.scope),
            },
            status=409,
        )


def _refuse_changed(rows: list[PolicyInForce], pack: str, seen: str | None, at: datetime) -> None:
    newer = any(row.policy.pack == pack and at <= row.since < at + JUST_NOW for row in rows)
    if newer or (seen is not None and seen != offers.marker(rows)):
        raise Refusal("policies_changed", _("别人刚改过生效的制度。看一遍现在的，再点一次"), status=409)


@transaction.atomic
def withdraw(*, project: Project, pack: str, by: object, at: datetime) -> int:
    """From now on this policy governs nothing in the project; cases that began before keep it. Returns how many scopes are free.

    A version of it that was to come is called off, too. Raises Refusal where it is not in force, or was put in force at this
    very moment.
    """
    locked = _lock(project)
    rows = offers.lasting_rows(locked, at)
    if not any(row.policy.pack == pack for row in rows):
        raise Refusal("not_in_force", _("这份制度没有生效，不用停"), status=409)
    _refuse_changed(rows, pack, None, at)
    _note("policy.withdraw", pack, locked, by, at)
    return _close(rows, pack, at)


@transaction.atomic
def call_off(*, project: Project, pack: str, by: object, at: datetime) -> None:
    """What was to govern from a day to come does not; what governs now goes on.

    Raises Refusal where nothing is to come, or it begins this very minute.
    """
    locked = _lock(project)
    rows = [row for row in offers.lasting_rows(locked, at) if row.policy.pack == pack]
    coming = offers.to_come(rows, at)
    if not coming:
        raise Refusal("nothing_to_come", _("没有定好以后生效的版本，不用撤"), status=409)
    _refuse_changed(rows, pack, None, at)
    _note("policy.call_off", str(coming[0].policy), locked, by, at)
    begins = min(row.since for row in coming)
    _close(coming, pack, begins)
    going_on = [row for row in rows if row.since <= at and row.end == begins]
    PolicyInForce.objects.bulk_create(
        PolicyInForce(project=locked, policy=row.policy, scope=row.scope, params=row.params, since=begins)
        for row in going_on
    )


def _close(rows: list[PolicyInForce], pack: str, at: datetime) -> int:
    """End what a policy holds at a moment and afterwards; what begins only then never governs. Returns how many scopes."""
    ending = [row for row in rows if row.policy.pack == pack and (row.end is None or row.end > at)]
    for row in ending:
        end = max(at, row.since)
        if row.until is None:
            row.until = end
        else:
            row.ended_early = end
        row.save(update_fields=["until", "ended_early"])
    return len({row.scope for row in ending})


def _note(action: str, subject: str, project: Project, by: object, at: datetime, **detail: Any) -> None:
    trail.note(by=by, action=action, subject=f"policy:{subject}", at=at, project=project.code, **detail)
