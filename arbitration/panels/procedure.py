"""What the page of a case shows of the procedure: talks, duties with their time, appeals. A gate that is shut has no button."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from arbitration import appeals, services
from arbitration.cases.parties import Party
from arbitration.cases.proposals import Proposal, proposed
from arbitration.forms import procedure as procedure_forms
from arbitration.models import CaseEvent, Collision, Confirmation, Settlement
from arbitration.policies.offers import language
from people.access import WorkRequest
from people.roles import Right
from people.workplace import Workplace
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


def opens(gate: Callable[..., Any], *given: Any) -> bool:
    """Whether a gate of a service lets somebody through now."""
    try:
        gate(*given)
    except Refusal:
        return False
    return True


def kept(bound: Form | None, kind: type[Form], **given: Any) -> Any:
    """The form as it was sent and refused, else a fresh one."""
    return bound if isinstance(bound, kind) else kind(**given)


# ── talks ──


def settlement(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """Written terms with who has confirmed them; what this person may do about the talks; how long they may go on."""
    here, now = request.workplace, clock.now()
    sides = services.sides_of(case)
    may_write = opens(services.may_write, here, case)
    may_talk = opens(services.may_talk, here, case)
    found, terms = proposed(case, now), [_terms(here, row, sides) for row in case.settlements.all()]
    answers = any(one["may_answer"] for one in terms)
    return {
        "settlements": terms,
        "terms_form": kept(bound, procedure_forms.TermsForm, case=case) if may_write else None,
        "answer_form": kept(bound, procedure_forms.AnswerForm) if answers else None, "may_talk": may_talk and _silent(case, here.user.pk),
        "may_fail": opens(services.may_fail, here, case), "talks_until": found.talks_until if found else None,
        "objections": _objections(case), "step": Form(),
    }  # fmt: skip


def _terms(here: Any, row: Settlement, sides: list[Party]) -> dict[str, Any]:
    names, confirmations = {side.key: side.label for side in sides}, list(row.confirmations.all())
    open_ = row.state == Settlement.State.OPEN
    return {
        "row": row, "shares": [(names.get(key, key), bp) for key, bp in row.shares.items()],
        "answers": confirmations, "waits": [s.label for s in sides if not _answered(s, confirmations)] if open_ else [],
        "may_answer": open_ and opens(services.may_answer, here, row),
        "may_withdraw": open_ and opens(services.may_withdraw, here, row),
    }  # fmt: skip


def _answered(side: Party, confirmations: list[Confirmation]) -> bool:
    return bool({user.pk for user in side.people} & {row.by_id for row in confirmations})


def _silent(case: Collision, user: int) -> bool:
    """Whether nobody of this side has put the talks on record yet."""
    talks = (row for row in case.events.all() if row.type == CaseEvent.Type.NEGOTIATION)
    return user not in {row.by_id for row in talks} and not case.settlements.all()


def _objections(case: Collision) -> list[dict[str, Any]]:
    """Objections to the closing: in time before the contract was signed, or late (D07-8.8a); none signed yet: in time so far."""
    signed = case.deal.signed_at if case.deal else None
    rows = (row for row in case.events.all() if row.type == CaseEvent.Type.OBJECTION)
    return [{"by": row.by, "at": row.at, "late": signed is not None and row.at >= signed} for row in rows]


# ── duties ──


def duties(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """What the policy asks of people, until when; the buttons by which this person does it."""
    here, now = request.workplace, clock.now()
    found = proposed(case, now)
    rows = duties_of(here, found)
    asked = {row["what"] for row in rows}
    above = (
        services.superiors(case, here.user, now) if "report" in asked and opens(services.may_report, here, case) else []
    )
    running = services.under_way(case)
    starts = "investigate" in asked or any(row.type == CaseEvent.Type.REPORTED for row in case.events.all())
    return {
        "duties": rows,
        "report_form": kept(bound, procedure_forms.ReportForm, above=above) if above else None,
        "running": running, "may_investigate": starts and opens(services.may_investigate, here, case),
        "findings_form": kept(bound, procedure_forms.FindingsForm) if opens(services.may_conclude, here, case) else None,
    }  # fmt: skip


def duties_of(here: Workplace, found: Proposal | None) -> list[dict[str, Any]]:
    """What the policy asks of people, as far as this person may see it: of everybody, or of themselves."""
    rows = _duties(found) if found else []
    return rows if here.may(Right.CASES) else [row for row in rows if row["user"] == here.user.pk]


def _duties(found: Proposal) -> list[dict[str, Any]]:
    ruling, rules, lang = found.ruling, found.rules, language()
    return [
        {
            "clause": d["clause"], "who": found.names.get(d["who"], d["who"]), "what": d["what"], "state": d["state"],
            "title": rules[d["clause"]].title[lang], "user": found.file.tokens.user(d["who"]) if found.file else None,
            "due": datetime.fromisoformat(d["due"]) if d["due"] else None,
        }
        for d in (ruling["duties"] if ruling else [])
    ]  # fmt: skip


# ── appeals ──


def appeal(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """Appeals against the rulings of a case, until when one may, and who decides; and who is next where somebody may not rule."""
    here, now = request.workplace, clock.now()
    ruling = next((row for row in case.rulings.all() if not row.superseded_by), None)
    end = appeals.until(ruling, appeals.days_of(case)) if ruling else None
    may = ruling is not None and opens(services.may_appeal, here, ruling, now)
    return {
        "appealable": ruling, "appeal_until": end, "appeals": _appeals(request, case, bound, now),
        "appeal_form": kept(bound, procedure_forms.AppealForm) if may else None,
        "appeal_party": ruling is not None and here.user.pk in {claim.user_id for claim in case.claims.all()},
        "same_level": ruling is not None and appeals.deciders(ruling, now) == [ruling.by],
        "rulers": None if case.closed else services.rulers(case, now), "above": services.next_level(here, case, now),
    }  # fmt: skip


def _appeals(request: WorkRequest, case: Collision, bound: Form | None, now: datetime) -> list[dict[str, Any]]:
    here = request.workplace
    shown = []
    for row in appeals.appeals_of(case):
        may = opens(services.may_decide_appeal, here, row, now)
        shown.append(
            {
                "row": row, "may_withdraw": opens(services.may_withdraw_appeal, here, row),
                "form": kept(bound, procedure_forms.AppealDecisionForm, request=request) if may else None,
            }
        )  # fmt: skip
    return shown


PANELS = (settlement, duties, appeal)
