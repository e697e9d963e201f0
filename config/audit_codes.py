"""What the codes in lines of the audit log are called: for each action and name of a detail, the choices of the app that writes it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

Choices = Iterable[tuple[Any, Any]]


def all_codes() -> dict[tuple[str, str], Choices]:
    """(action, name) → (code, label)."""
    return _people() | _leads() | _visits() | _arbitration() | _finance()


def _people() -> dict[tuple[str, str], Choices]:
    from people.channels.reasons import FAILED, ROBOTS
    from people.leaving import BOOKS
    from people.models import Provider, Robot
    from people.routines import KINDS
    from people.services.handing_over import FINANCE, OFFICE

    sent, kinds = {"sent": _("发出了")}, [(code, kind.label) for code, kind in KINDS.items()]
    return {
        ("handover.books", "books"): BOOKS.items(),
        ("handover.sign", "as_"): ((FINANCE, _("财务签字")), (OFFICE, _("行政签字"))),
        ("mail_server.try", "said"): (FAILED | sent).items(),
        ("provider.add", "kind"): Provider.Kind.choices,
        ("provider.change", "kind"): Provider.Kind.choices,
        ("robot.add", "kind"): Robot.Kind.choices,
        ("robot.change", "kind"): Robot.Kind.choices,
        ("robot.try", "said"): (ROBOTS | sent).items(),
        ("routine.choose", "kinds"): kinds,
        ("routine.finish", "kind"): kinds,
        ("sms.try", "said"): (FAILED | sent).items(),
    }


def _leads() -> dict[tuple[str, str], Choices]:
    from leads.models import (
        Basis,
        DealChange,
        IdentityQuestion,
        InboundSource,
        PersonRequest,
        Profile,
        Provision,
        Relation,
        Transfer,
    )
    from leads.models.register import Answer

    return {
        ("basis.record", "way"): Basis.Way.choices,
        ("customer.corrected", "fields"): (("name", _("姓名")), ("honorific", _("称呼")), ("number", _("手机号"))),
        ("customer.prove", "proof"): Relation.Proof.choices,
        ("deal.change", "kind"): DealChange.Kind.choices,
        ("identity.answer", "answer"): IdentityQuestion.Answer.choices,
        ("inbound_source.open", "kind"): InboundSource.Kind.choices,
        ("lead.register", "answer"): Answer.choices,
        ("profile.change", "stage"): Profile.Stage.choices,
        ("provision.record", "ground"): Provision.Ground.choices,
        ("request.close", "state"): PersonRequest.State.choices,
        ("request.take", "kind"): PersonRequest.Kind.choices,
        ("transfer.ask", "consent"): Transfer.Consent.choices,
    }


def _visits() -> dict[tuple[str, str], Choices]:
    from visits.incidents.steps import IN_SHORT
    from visits.models import Conduct, Incident, Permission, Visit
    from visits.record import FIELDS

    return {
        ("conduct.report", "kind"): Conduct.Kind.choices,
        ("incident.cause", "cause"): Incident.Cause.choices,
        ("incident.close", "undone"): IN_SHORT.items(),
        ("incident.note", "step"): IN_SHORT.items(),
        ("incident.open", "kind"): Incident.Kind.choices,
        ("incident.step", "step"): IN_SHORT.items(),
        ("permission.end", "kind"): Permission.Kind.choices,
        ("permission.give", "ground"): Permission.Ground.choices,
        ("permission.give", "kind"): Permission.Kind.choices,
        ("visit.correct", "fields"): FIELDS.items(),
        ("visit.leave", "how"): Visit.LeftHow.choices,
    }


def _arbitration() -> dict[tuple[str, str], Choices]:
    from arbitration.models import Appeal, CaseEvent, Collision, Ruling, Subject

    return {
        ("appeal.decide", "outcome"): Appeal.State.choices,
        ("collision.event", "type"): CaseEvent.Type.choices,
        ("collision.open_by_hand", "matter"): Collision.Matter.choices,
        ("collision.rule", "kind"): Ruling.Kind.choices,
        ("subject.add", "kind"): Subject.Kind.choices,
    }


def _finance() -> dict[tuple[str, str], Choices]:
    from finance.models import Export

    return {("export.ask", "form"): Export.Form.choices, ("export.ask", "kind"): Export.Kind.choices}
