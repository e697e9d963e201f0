"""制度: the clauses in force, in words and as written."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from arbitration import reads
from arbitration.models import PolicyInForce
from arbitration.proposals import pack_of
from people.access import WorkRequest, needs
from people.roles import Right


@needs(Right.POLICY)
@require_GET
def policy(request: WorkRequest) -> HttpResponse:
    """Each rule: our words, the quoted source, written or inferred."""
    held = (
        PolicyInForce.objects.filter(project=request.workplace.project, until__isnull=True)
        .select_related("policy")
        .first()
    )
    lang, pack = reads.language(), pack_of(held.policy) if held else None
    rules = [
        {"id": r.id, "title": r.title[lang], "says": r.says[lang], "quote": r.quote, "inferred": r.origin != "text"}
        for r in (pack.rules if pack else ())
    ]
    params = (
        [{"label": p[lang], "value": p["value"], "clause": p["clause"]} for p in pack.params.values()] if pack else []
    )
    shown = {"held": held, "pack_title": pack.title[lang] if pack else "", "rules": rules, "params": params}
    return render(request, "arbitration/policy.html", shown)
