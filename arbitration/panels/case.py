"""What the parts of a case's page need: head, facts and proposal, the decision, statements, what can be put on record."""

from typing import Any

from arbitration import services
from arbitration.cases import evidence, reads
from arbitration.cases.judgement import brought
from arbitration.cases.parties import by_letter
from arbitration.cases.proposals import Proposal, proposed
from arbitration.forms.deciding import DecisionForm, JudgeForm, ReopenForm, StatementForm
from arbitration.forms.events import FORMS, EventForm, Known
from arbitration.models import Collision
from arbitration.panels import weighing
from people.access import WorkRequest
from people.roles import Right
from trail import clock
from trail.forms import Form


def head(_request: WorkRequest, case: Collision, _bound: Form | None) -> dict[str, Any]:
    """Which case it is, and what hangs on it."""
    return {"now": clock.now(), "at_stake": services.commissions(case)}


def facts(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """What happened and what it is worth, as far as this person may see it; the rulings; and before one, proposal and decision."""
    claims = by_letter(case)
    proposal = proposed(case, clock.now())
    rulings, events = list(case.rulings.all()), evidence.events_of(case)
    sees_all = request.workplace.may(Right.CASES) or case.state == Collision.State.RULED
    only, tests = None if sees_all else request.user, reads.tests(case, proposal, rulings)
    rows = brought(case, tests, events=events)
    tests = weighing.judged(tests, rows)
    shown = {
        "claims": claims, "two": len(claims) == 2, "agencies": evidence.agency_names(case),
        "timeline": reads.timeline(case, claims, events, tests, only=only, outside=request.workplace.outside),
        "rulings": [(r, reads.ruled_shares(r), reads.ruled_by(r)) for r in rulings],
    }  # fmt: skip
    items = evidence.Evidence(case, claims, events, tests, only).items()
    if request.workplace.may(Right.RULE):
        items += weighing.further(case, rows, {item["ref"] for item in items}, claims, events, tests)
        if proposal:
            shown |= _deciding(request, case, bound if isinstance(bound, DecisionForm) else None, proposal)
            if not shown["recused"]:
                items = weighing.with_forms(items, rows, bound if isinstance(bound, JudgeForm) else None)
    shown["evidence"] = weighing.weighed(items, rows)
    return shown


def _deciding(request: WorkRequest, case: Collision, form: DecisionForm | None, proposal: Proposal) -> dict[str, Any]:
    """The proposal, the checks before signing, and the decision, with what this person had written when they last left the page."""
    here, fresh = request.workplace, {"version": case.version, "proposal": proposal.fingerprint}
    checks = services.checklist(here, case, proposal, clock.now())
    typed, kept_at = services.draft_of(here, case, services.DECISION)
    return {
        "proposal": proposal, "told": reads.readable(proposal),
        "recused": services.conflict_in(checks),
        "may_pass_up": services.may_pass_up(here, case), "may_draft": here.may(Right.DRAFTS),
        "checks": checks, "shut": {kind for check in checks if not check.ok and not check.waivable for kind in check.stops},
        "form": form or DecisionForm(initial=fresh | typed, case=case), "fresh": fresh, "kept_at": kept_at,
    }  # fmt: skip


def statement(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """A party's statement; and the general manager's word on taking a ruled case up again."""
    party = not case.closed and any(claim.user_id == request.user.pk for claim in case.claims.all())
    again = services.may_reopen(request.workplace, case)
    return {
        "statement_form": (bound if isinstance(bound, StatementForm) else StatementForm()) if party else None,
        "reopen_form": (bound if isinstance(bound, ReopenForm) else ReopenForm()) if again else None,
    }


def event_forms(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """The forms of what this person may put on record; what was sent comes back filled in.

    Among the house's own people only what the policy asks for: an objection under D01.
    """
    here, sent = request.workplace, bound if isinstance(bound, EventForm) else None
    if case.closed:
        return {"event_forms": []}
    kinds = [kind for kind in services.kinds_for(here, case) if kind in FORMS]
    if not (sent or evidence.agency_names(case)):
        asked = services.types_asked(case)
        kinds = [kind for kind in kinds if kind in services.BY_PARTIES and kind in asked]
    known = Known(case)
    made = [sent if sent and sent.type == kind else FORMS[kind](here=here, case=case, known=known) for kind in kinds]
    return {"event_forms": [form for form in made if form.is_bound or form.useful]}
