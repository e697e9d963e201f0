"""制度: the clauses in force, in words and as written."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from arbitration import offers, parameters
from arbitration.offers import Held
from people.access import WorkRequest, needs
from people.roles import Right


@needs(Right.POLICY)
@require_GET
def policy(request: WorkRequest) -> HttpResponse:
    """Each policy in force with what it decides; each rule: our words, the quoted source, written or inferred."""
    rows, lang, seen = offers.open_rows(request.workplace.project), offers.language(), set[str]()
    shown = [_policy(held, lang, seen) for held in offers.held(rows)]
    return render(request, "arbitration/policy.html", {"policies": shown})


def _policy(held: Held, lang: str, seen: set[str]) -> dict[str, Any]:
    pack, set_ = held.pack, held.rows[0].params
    params = [
        {
            "label": parameters.label(name, p, lang), "value": parameters.said(name, set_.get(name, p["value"])),
            "clause": p["clause"],
        }
        for name, p in pack.params.items()
    ]  # fmt: skip
    rules = offers.rules_in_words(pack, lang, seen)
    return {"held": held, "title": pack.title[lang], "rules": rules, "params": params, "key": pack.id}
