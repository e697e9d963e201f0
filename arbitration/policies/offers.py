"""The shipped policies as a project is offered them: what each is for, what is in force, and what stands in whose way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from arbitration.cases.proposals import pack_of
from arbitration.engine import Pack, load_pack, pack_ids
from arbitration.engine.scope import OVERLAY, scopes_of
from arbitration.models import PolicyInForce, PolicyVersion
from arbitration.policies import parameters
from people.models import Project

SCOPES: Mapping[str, Any] = {
    "customer/staff": gettext_lazy("内部人员之间的客户"), "customer/agencies": gettext_lazy("分销公司之间的客户"),
    "customer/mixed": gettext_lazy("内部与分销之间的客户"), "sale/staff": gettext_lazy("一物二卖"),
    "slot/staff": gettext_lazy("媒体位"), "order/staff": gettext_lazy("订单先后"),
}  # fmt: skip
# For a company that begins: which policy, and whom it fits. The first is the usual one.
RECOMMENDED: tuple[tuple[str, Any], ...] = (
    ("home-decoration", gettext_lazy("客户上门、业务员跟单的公司，比如家装：先看谁接待过，再看报备先后。")),
    ("first-report", gettext_lazy("电话、上门开发客户的销售团队：谁先报备，客户归谁。规矩最少，最好上手。")),
    ("walk-in-store", gettext_lazy("前台登记到店客户的门店：三问、值班、五天内自己协商，谈不拢归公并罚款。")),
    ("sales-office", gettext_lazy("轮流接待的售楼处：按接待和付出定归属，给另一方补接。")),
    ("channel-contract", gettext_lazy("请了几家分销公司的楼盘：看报备、带看和通话清单分佣。可以和上面任一份同时用。")),
)


def language() -> str:
    """The language of the engine's texts for this reader."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def in_words(scope: str) -> str:
    """What a scope is about."""
    return str(_("补充义务和认定，不定归属") if scope.startswith(OVERLAY) else SCOPES[scope])


def marker(rows: list[PolicyInForce]) -> str:
    """A short mark of what is in force, so that nobody changes what they have not seen."""
    return sha256(repr([row.pk for row in rows]).encode()).hexdigest()[:16]


def lasting_rows(project: Project, at: datetime) -> list[PolicyInForce]:
    """What is in force in a project at a moment, and what is to be from some day on; the earliest first."""
    rows = PolicyInForce.objects.reaching(at).filter(project=project).select_related("policy")
    return list(rows.order_by("since", "pk"))


def at_present(rows: list[PolicyInForce], at: datetime) -> list[PolicyInForce]:
    """Of what lasts, what is in force already."""
    return [row for row in rows if row.since <= at]


def to_come(rows: list[PolicyInForce], at: datetime) -> list[PolicyInForce]:
    """Of what lasts, what is otherwise from some day on. What goes on as it was is not to come, though it has a row of its own."""
    goes_on = {(row.scope, row.policy_id, row.end): row.params for row in rows}
    return [row for row in rows if row.since > at and goes_on.get((row.scope, row.policy_id, row.since)) != row.params]


def open_rows(project: Project, at: datetime) -> list[PolicyInForce]:
    """What is in force in a project at a moment, the earliest first."""
    return at_present(lasting_rows(project, at), at)


@dataclass(frozen=True, slots=True)
class Held:
    """A policy in force, with all that it decides."""

    policy: PolicyVersion
    rows: tuple[PolicyInForce, ...]

    @property
    def pack(self) -> Pack:
        """The policy as it was put in force."""
        return pack_of(self.policy)

    @property
    def scopes(self) -> list[str]:
        """What it decides, in words."""
        return [in_words(row.scope) for row in self.rows]

    @property
    def offer(self) -> str:
        """The shipped pack that it is, as an address; empty for a version that is shipped no more."""
        return next((name for name in pack_ids() if _same(self.policy, load_pack(name))), "")

    def changed(self, lang: str) -> list[tuple[str, str]]:
        """The parameters that the project sets otherwise, each with its value."""
        params = self.pack.params
        set_ = self.rows[0].params.items()
        return [(parameters.label(name, params[name], lang), parameters.said(name, value)) for name, value in set_]


def held(rows: list[PolicyInForce]) -> list[Held]:
    """What is in force, policy by policy."""
    grouped: dict[int, list[PolicyInForce]] = {}
    for row in rows:
        grouped.setdefault(row.policy_id, []).append(row)
    return [Held(same[0].policy, tuple(same)) for same in grouped.values()]


@dataclass(frozen=True, slots=True)
class Offer:
    """A shipped policy. `held`: it is in force; `replaces`: another version of it is; `blocked_by`: another policy holds a scope."""

    id: str
    pack: Pack
    held: Held | None = None
    replaces: Held | None = None
    blocked_by: Held | None = None

    @property
    def scopes(self) -> list[str]:
        """What it decides, and between whom, in words."""
        return [in_words(scope) for scope in scopes_of(self.pack)]

    @property
    def params(self) -> dict[str, Any]:
        """What the project sets otherwise than the policy, if it is in force."""
        return dict(self.held.rows[0].params) if self.held else {}


def offers(rows: list[PolicyInForce]) -> list[Offer]:
    """Every shipped policy, in the order of their documents."""
    now = held(rows)
    found = [_offer(name, now) for name in pack_ids()]
    return sorted(found, key=lambda offer: (offer.pack.document, offer.pack.version))


def offer(name: str, rows: list[PolicyInForce]) -> Offer | None:
    """One shipped policy by its address; None for another text."""
    return _offer(name, held(rows)) if name in pack_ids() else None


def _offer(name: str, now: list[Held]) -> Offer:
    pack = load_pack(name)
    own = next((one for one in now if one.policy.pack == pack.id), None)
    wanted = set(scopes_of(pack))
    others = (one for one in now if one.policy.pack != pack.id and wanted & {row.scope for row in one.rows})
    here = own is not None and _same(own.policy, pack)
    return Offer(name, pack, own if here else None, None if here else own, next(others, None))


def _same(policy: PolicyVersion, pack: Pack) -> bool:
    return (policy.pack, policy.version) == (pack.id, pack.version)


def rules_in_words(pack: Pack, lang: str, seen: set[str] | None = None) -> list[dict[str, Any]]:
    """Each rule: our words, the quoted source, written or inferred. One that `seen` has already gets an anchor of its own."""
    rules, taken = [], set() if seen is None else seen
    for r in pack.rules:
        anchor = f"{pack.id}-{r.id}" if r.id in taken else r.id
        taken.add(r.id)
        rules.append(
            {
                "id": r.id, "anchor": anchor, "title": r.title[lang], "says": r.says[lang], "quote": r.quote,
                "inferred": r.origin != "text",
            }
        )  # fmt: skip
    return rules
