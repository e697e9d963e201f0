"""制度: the clauses in force, in words and as written; what is to come, drafts, and every version that there was."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from arbitration.policies import drafting, offers, parameters
from arbitration.policies.offers import Held
from arbitration.policies.standing import cited_by, signatures, versions
from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock


@needs(Right.POLICY)
@require_GET
def policy(request: WorkRequest) -> HttpResponse:
    """Each policy in force with what it decides; each rule: our words, the quoted source, written or inferred, how many rulings
    rest on it. Beside it who has signed for it, what is to govern, and for those who draft the drafts."""
    here, now, lang, seen = request.workplace, clock.now(), offers.language(), set[str]()
    rows = offers.lasting_rows(here.project, now)
    held = offers.held(offers.at_present(rows, now))
    cited, signed = cited_by(here.project), signatures(here.project, held, now)
    sees_drafts = here.may(Right.DRAFTS) or here.may(Right.POLICIES)
    shown = {
        "policies": [_policy(one, lang, seen, cited) | {"signed": signed[one.policy.pk]} for one in held],
        "coming": [(one, one.pack.title[lang]) for one in offers.held(offers.to_come(rows, now))],
        "history": versions(here.project), "sees_drafts": sees_drafts, "names": here.may(Right.STAFF),
        "drafts": [(draft, drafting.title(draft)) for draft in drafting.drafts(here.project)] if sees_drafts else [],
    }  # fmt: skip
    return render(request, "arbitration/policy.html", shown)


def _policy(held: Held, lang: str, seen: set[str], cited: Counter[tuple[str, str]]) -> dict[str, Any]:
    pack, set_ = held.pack, held.rows[0].params
    params = [
        {
            "label": parameters.label(name, p, lang), "value": parameters.said(name, set_.get(name, p["value"])),
            "clause": p["clause"],
        }
        for name, p in pack.params.items()
    ]  # fmt: skip
    rules = [rule | {"cited": cited[pack.id, rule["id"]]} for rule in offers.rules_in_words(pack, lang, seen)]
    return {"held": held, "title": pack.title[lang], "rules": rules, "params": params, "key": pack.id, "off": pack.off}
