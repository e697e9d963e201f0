"""Keeping a shipped policy as a version, putting one in force in a project, and withdrawing it."""

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration import offers, parameters
from arbitration import terms as rules_of_terms
from arbitration.engine import Pack, PackError, load_pack
from arbitration.engine.check import Problem, check
from arbitration.engine.scope import scopes_of
from arbitration.models import PolicyInForce, PolicyVersion
from arbitration.proposals import pack_of
from people.models import Project
from people.terms import Terms
from trail import services as trail
from trail.refusals import Refusal


def publish(pack_id: str, *, at: datetime) -> PolicyVersion:
    """Keep a shipped pack as a policy version, byte for byte; the one already kept if nothing in it changed."""
    return _keep(load_pack(pack_id), at)


def _keep(pack: Pack, at: datetime) -> PolicyVersion:
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
    params: dict[str, Any] | None = None, seen: str | None = None,
) -> list[PolicyInForce]:  # fmt: skip
    """From now on this policy governs its scopes in the project; cases that began before keep theirs (G-20).

    A new version, or other parameters, take the place of the old. `terms`: what the left apps need of it; None leaves theirs.
    `params`: what the project sets otherwise than the pack. `seen`: `offers.marker` of what was in force on the page.

    Raises Refusal where another policy holds one of the scopes (two texts about the same matter are never in force at once), for
    parameters and terms that cannot be, for a policy in which the static checks find an error, and for what has changed meanwhile.
    """
    pack = pack_of(policy)
    differing = parameters.differing(pack, params or {})
    if terms is not None:
        rules_of_terms.judge(terms)
    _refuse_unsound(pack, differing)
    locked = _lock(project)
    rows, scopes = offers.open_rows(locked), scopes_of(pack)
    _refuse_overlap(rows, pack.id, scopes)
    _refuse_changed(rows, pack.id, seen, at)
    _close(locked, pack.id, at)
    if terms is not None:
        locked.terms_data = rules_of_terms.laid_down(pack, differing, terms, locked.terms).as_json()
        locked.save(update_fields=["terms_data"])
    _note("policy.in_force", str(policy), locked, by, at, params=sorted(differing), terms=terms is not None)
    governing = _laid_over(policy, pack, differing, at)
    made = [
        PolicyInForce(project=locked, policy=governing, scope=scope, params=differing, since=at) for scope in scopes
    ]
    return PolicyInForce.objects.bulk_create(made)


def _lock(project: Project) -> Project:
    """The project's row, so that two who change its policies wait for each other, and nobody who registers a customer does."""
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _laid_over(policy: PolicyVersion, pack: Pack, params: dict[str, Any], at: datetime) -> PolicyVersion:
    """What is laid over another policy is pinned by its bytes alone: with other parameters it is a version of its own."""
    return _keep(pack.adjusted(params), at) if pack.decides == "nothing" and params else policy


def _refuse_unsound(pack: Pack, params: dict[str, Any]) -> None:
    errors = [problem for problem in examine(pack, params) if problem.counts == "error"]
    if errors:
        raise Refusal(
            "policy_unsound", _("静态检查发现 %(count)s 处错误，先改好再启用") % {"count": len(errors)}, status=409
        )


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
    newer = any(row.policy.pack == pack and row.since >= at for row in rows)
    if newer or (seen is not None and seen != offers.marker(rows)):
        raise Refusal("policies_changed", _("别人刚改过生效的制度。看一遍现在的，再点一次"), status=409)


@transaction.atomic
def withdraw(*, project: Project, pack: str, by: object, at: datetime) -> int:
    """From now on this policy governs nothing in the project; cases that began before keep it. Returns how many scopes are free.

    Raises Refusal where it is not in force, or was put in force at this very moment.
    """
    locked = _lock(project)
    rows = offers.open_rows(locked)
    if not any(row.policy.pack == pack for row in rows):
        raise Refusal("not_in_force", _("这份制度没有生效，不用停"), status=409)
    _refuse_changed(rows, pack, None, at)
    _note("policy.withdraw", pack, locked, by, at)
    return _close(locked, pack, at)


def _close(project: Project, pack: str, at: datetime) -> int:
    return PolicyInForce.objects.filter(project=project, policy__pack=pack, until__isnull=True).update(until=at)


def _note(action: str, subject: str, project: Project, by: object, at: datetime, **detail: Any) -> None:
    trail.note(by=by, action=action, subject=f"policy:{subject}", at=at, project=project.code, **detail)
