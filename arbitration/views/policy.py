"""制度: the clauses in force, in words and as written."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from arbitration import reads
from arbitration.models import PolicyInForce
from arbitration.proposals import pack_of
from people.access import WorkRequest, needs
from people.roles import Right

SCOPES = {
    "customer/staff": _("内部人员之间的客户"), "customer/agencies": _("分销公司之间的客户"), "customer/mixed": _("内部与分销之间的客户"),
    "sale/staff": _("一物二卖"), "slot/staff": _("媒体位"), "order/staff": _("订单先后"),
}  # fmt: skip


@needs(Right.POLICY)
@require_GET
def policy(request: WorkRequest) -> HttpResponse:
    """Each policy in force with what it decides; each rule: our words, the quoted source, written or inferred."""
    rows = PolicyInForce.objects.filter(project=request.workplace.project, until__isnull=True).select_related("policy")
    held: dict[int, list[PolicyInForce]] = {}
    for row in rows.order_by("since", "pk"):
        held.setdefault(row.policy_id, []).append(row)
    seen: set[str] = set()
    shown = [_policy(same, reads.language(), seen) for same in held.values()]
    return render(request, "arbitration/policy.html", {"policies": shown})


def _policy(held: list[PolicyInForce], lang: str, seen: set[str]) -> dict[str, Any]:
    """One policy. A rule that another policy on the page has too (a default) gets an anchor of its own."""
    pack, first = pack_of(held[0].policy), held[0]
    rules = []
    for r in pack.rules:
        anchor = f"{pack.id}-{r.id}" if r.id in seen else r.id
        seen.add(r.id)
        rules.append(
            {
                "id": r.id, "anchor": anchor, "title": r.title[lang], "says": r.says[lang], "quote": r.quote,
                "inferred": r.origin != "text",
            }
        )  # fmt: skip
    params = [
        {"label": p[lang], "value": _value(first.params.get(name, p["value"])), "clause": p["clause"]}
        for name, p in pack.params.items()
    ]
    scopes = [SCOPES.get(row.scope, _("补充义务和认定，不定归属")) for row in held]
    return {
        "held": first,
        "title": pack.title[lang],
        "rules": rules,
        "params": params,
        "scopes": scopes,
        "key": pack.id,
    }


def _value(value: Any) -> str:
    """A parameter for readers."""
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return "、".join(map(str, value)) or "—" if isinstance(value, list) else str(value)
