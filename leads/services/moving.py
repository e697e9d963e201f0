"""A visit turned out to be another customer's: what it did to the first one is taken back, or nothing is moved at all."""

from datetime import datetime

from django.utils.translation import gettext as _

from leads import claims
from leads.identity import name_keys
from leads.models import Customer, Deal, NotebookEntry, Ownership, Phone, ProtectionChange, Registration
from leads.references import references
from leads.signals import visit_moving
from people.models import Project
from people.workplace import Workplace
from trail import services as trail
from trail.models import Renaming
from trail.refusals import Refusal

CORRECTED = "correction"  # what ended an ownership: the visit it rests on was another's


def move_visit(
    *, here: Workplace, was: Customer, to: Customer, visit: str, arrived_at: datetime, registered_at: datetime, at: datetime
) -> None:  # fmt: skip
    """The visit with this number was not `was`'s but `to`'s: the line in the visit notebook goes there, and an ownership that
    began with the visit and nothing else ends. Both customers are locked by the caller, who gives `to` what is theirs.

    Raises Refusal (409) where something was built on it: a case, a contract, a report that the number was found to fit, a
    protection that it prolonged, an ownership that changed since. Then the right visit is entered beside the wrong one.
    """
    project = here.project
    gave = Ownership.objects.filter(
        project=project, customer=was, source=visit, reason=Ownership.Reason.WALK_IN
    ).first()
    _refuse_what_was_built(project, was, visit, gave, arrived_at, registered_at)
    Renaming.objects.create(was=str(was.pk), becomes=str(to.pk), by=str(here.user.pk), at=at)
    book = NotebookEntry.Book.VISIT
    NotebookEntry.objects.filter(project=project, customer=was, source=visit, book=book).update(customer=to)
    if gave and gave.until is None:
        claims.end(gave, at=at, cause=CORRECTED)
        _back_to_pool(gave, was, here, at)


def _refuse_what_was_built(
    project: Project, was: Customer, visit: str, gave: Ownership | None, arrived_at: datetime, registered_at: datetime
) -> None:
    visit_moving.send(sender=Ownership, project=project, customer=was)
    of = {"project": project, "customer": was}
    if Deal.objects.filter(**of, signed_at__gte=arrived_at).exists():
        raise _built("visit_signed", _("这位客户到访后签过单"))
    if Registration.objects.filter(**of, bound_at=registered_at).exists():
        raise _built("visit_bound", _("这次到访核对过一条隐号报备"))
    if ProtectionChange.objects.filter(ownership__project=project, ownership__customer=was, source=visit).exists():
        raise _built("visit_prolonged", _("这次到访延长过这位客户的保护期"))
    if gave and Ownership.objects.filter(**of, since__gte=gave.since).exclude(pk=gave.pk).exists():
        raise _built("visit_owned", _("这位客户的归属后来又变过"))


def _built(code: str, why: str) -> Refusal:
    return Refusal(code, _("%(why)s，不能改号码。把对的客户另补登一次") % {"why": why}, field="number", status=409)


def _back_to_pool(gave: Ownership, was: Customer, here: Workplace, at: datetime) -> None:
    """Whoever came out of the public pool by the wrong visit goes back into it."""
    pool = Ownership.Holder.POOL
    before = Ownership.objects.filter(project=gave.project, customer=was, holder=pool, until=gave.since).exists()
    if before:
        claims.to_pool(gave, was, reason=Ownership.Reason.RELEASED, by=here.user.pk, since=at, at=at)


def put_away(*, here: Workplace, empty: Customer, to: Customer, at: datetime) -> bool:
    """A record that a wrong number alone had made, now that the visit is `to`'s: it leads there, and nobody finds or counts it.

    The number was nobody's, so the record loses it; that it stood there is kept with the correction. Nothing is done to a record
    that anything else names. Both customers are locked. Gives whether it was put away.
    """
    named = {model for model, column in references() if model._base_manager.filter(**{column: empty.pk}).exists()}
    kept = Ownership.objects.filter(customer=empty).exclude(ended_for=CORRECTED)
    if named - {Phone, Ownership} or kept.exists() or empty.identity_questions.exists() or empty.merges.exists():
        return False
    Phone.objects.filter(customer=empty).delete()
    empty.merged_into = to
    empty.save(update_fields=["merged_into"])
    trail.note(
        by=here.user.pk, action="customer.put_away", subject=f"customer:{empty.pk}", at=at, project=here.project.code,
        becomes=str(to.pk),
    )  # fmt: skip
    return True


def put_name_right(*, customer: Customer, was: str, name: str) -> None:
    """The desk had misspelt a name: the customer's is put right where it rests on that entry alone. The row is locked."""
    if customer.name == was and not customer.registrations.exists():
        customer.name = name
        keys = name_keys(name, customer.kind)
        for field, value in keys.items():
            setattr(customer, field, value)
        customer.save(update_fields=["name", *keys])
