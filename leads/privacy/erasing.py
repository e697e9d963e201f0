"""Freezing, releasing and erasing one customer (PIPL 47): everything that says who they are goes out of every table.

So nothing finds, matches or shows them, by construction: there is nothing left to be found. What stays are amounts, ids, rulings and
their digests. Frozen, all of it lies sealed in one row and can be put back; erased, it is gone, and the number can be registered anew.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims, vault
from leads.models import Customer, Erasure, Offer, Ownership, PersonRequest, Phone, Registration, Task, Withheld
from leads.models.customer import ERASED_NAME, FROZEN_NAME
from leads.privacy import listing
from leads.privacy.hindrances import hindrances
from leads.privacy.lines import family, whom
from leads.privacy.pieces import Piece, put_back, take_out
from leads.services.merging import lock_everywhere
from leads.signals import person_gone
from people.models import Project, User
from trail import services as trail
from trail.models import Erasing
from trail.refusals import Refusal

Kind = Erasing.Kind
SYSTEM = "system"
CAUSE = "erased"  # what ended an ownership


def state(customer: Customer) -> str:
    """ "frozen", "erased", or nothing."""
    if Erasure.objects.filter(customer=customer).exists():
        return "erased"
    return "frozen" if Withheld.objects.filter(customer=customer).exists() else ""


@transaction.atomic
def freeze(*, customer: Customer, why: str, by: User | None, at: datetime, until: datetime | None = None) -> Withheld:
    """Stop using everything about a customer but for keeping it (PIPL 47); `until`: when they are to be erased.

    Raises Refusal where they are frozen, erased or merged already, and while a case, a visit or a question needs them.
    """
    locked = _locked(customer)
    if state(locked):
        raise Refusal("frozen_already", _("这位客户已经停用了"), status=409)
    _not_needed(locked, at, erasing=False)
    them = whom(locked, FROZEN_NAME)
    _open(locked, Kind.FROZEN, by, at)
    piece = take_out(them, for_good=False)
    row = Withheld.objects.create(customer=locked, sealed=piece.seal(), why=why, at=at, by=by, until=until)
    on_record("customer.frozen", locked, by, at, why=why, rows=piece.size)
    person_gone.send(sender=Customer, ids=list(them.ids), at=at)
    return row


@transaction.atomic
def release(*, customer: Customer, by: User, at: datetime) -> Customer:
    """Give a frozen customer back exactly as they were. Raises Refusal where they are not frozen, or somebody else has the number."""
    lying = Withheld.objects.filter(customer=customer).first()
    locked = _locked(customer, *(_numbers(Piece.open(lying.sealed)) if lying else ()))
    row = Withheld.objects.select_for_update().filter(customer=locked).first()
    if row is None:
        raise Refusal("not_frozen", _("这位客户没有停用"), status=409)
    piece = Piece.open(row.sealed)
    _still_free(piece)
    _open(locked, Kind.RELEASED, by, at)
    put_back(piece)
    row.delete()
    on_record("customer.released", locked, by, at, rows=piece.size)
    locked.refresh_from_db()
    return locked


@transaction.atomic
def erase(
    *, customer: Customer, why: str, by: User | None, at: datetime, request: PersonRequest | None = None,
    again: bool = False,
) -> Erasure:  # fmt: skip
    """Erase everything that says who a customer is, for good; the record stays, without a name. A frozen one is erased, too.

    `again`: after a backup from before was restored; nothing stands against it then. Raises Refusal as `freeze` does, and where a deal,
    a deposit or a commission needs them.
    """
    locked = _locked(customer)
    if state(locked) == "erased":
        raise Refusal("erased_already", _("这位客户已经删除了"), status=409)
    if not again:
        _not_needed(locked, at, erasing=True)
    kept = Withheld.objects.select_for_update().filter(customer=locked).first()
    them = whom(locked, ERASED_NAME, Piece.open(kept.sealed).rows() if kept else ())
    _open(locked, Kind.ERASED, by, at)
    if kept:
        kept.delete()
    piece = take_out(them, for_good=True)
    _let_go(them.ids, at)
    rows = [Erasure(customer_id=pk, why=why, request=request, by=by, at=at) for pk in them.ids]
    Erasure.objects.bulk_create(rows)
    on_record("customer.erased", locked, by, at, why=why, rows=piece.size)
    person_gone.send(sender=Customer, ids=list(them.ids), at=at)
    transaction.on_commit(lambda: listing.add(rows))
    return rows[0]


def _locked(customer: Customer, *numbers: str) -> Customer:
    """The record under all its locks, and these numbers: nobody reports, receives or merges them meanwhile."""
    lock_everywhere([Customer.objects.get(pk=pk) for pk in family(customer)], *numbers)
    locked = claims.lock_customers(family(customer))[customer.pk]
    if locked.merged_into_id:
        raise Refusal("merged_already", _("这条记录已经并到别的客户里，到那位客户那里办"), status=409)
    return locked


def _not_needed(customer: Customer, at: datetime, *, erasing: bool) -> None:
    if found := hindrances(customer, at, erasing=erasing):
        raise Refusal("needed", " ".join(str(one.sentence) for one in found), status=409)


def _numbers(piece: Piece) -> list[str]:
    """The numbers that were theirs alone."""
    rows = piece.gone.get(Phone._meta.db_table, ())
    return [vault.unseal(bytes.fromhex(row["sealed"][2:])) for row in rows if not row["shared"]]


def _still_free(piece: Piece) -> None:
    """Whether their numbers and their code are still nobody else's."""
    numbers = [vault.whole(number) for number in _numbers(piece)]
    codes = [was["code"] for was, _now in piece.changed.get(Customer._meta.db_table, ()) if was["code"]]
    if (
        Phone.objects.filter(whole__in=numbers, shared=False).exists()
        or Customer.objects.filter(code__in=codes, merged_into=None).exists()
    ):
        raise Refusal("number_taken", _("这个号码停用期间登记给了别的客户：先确认是不是同一位，再决定"), status=409)


def _open(customer: Customer, kind: str, by: User | None, at: datetime) -> None:
    """From here on, and in this transaction only, the guards let texts about them be changed (trail/operations.py)."""
    actor = str(by.pk) if by else SYSTEM
    for pk in family(customer):
        Erasing.objects.create(subject=f"customer:{pk}", kind=kind, by=actor, at=at)


def _let_go(ids: Any, at: datetime) -> None:
    """Nobody follows somebody who is not there, and nothing is to be done about them."""
    for held in Ownership.objects.open().filter(customer__in=ids):
        claims.end(held, at=at, cause=CAUSE)
    Offer.objects.filter(customer__in=ids, answer=None).update(answer=Offer.Answer.LAPSED, answered_at=at)
    Task.objects.filter(customer__in=ids, done_at=None).update(done_at=at)
    for pk in ids:
        trail.done(link=f"/customers/{pk}", at=at)


def on_record(action: str, customer: Customer, by: User | None, at: datetime, **detail: Any) -> None:
    """A line in the log of every project that knows them."""
    ids = family(customer)
    known = {*Registration.objects.filter(customer__in=ids).values_list("project", flat=True)}
    known |= {*Ownership.objects.filter(customer__in=ids).values_list("project", flat=True)}
    codes = list(Project.objects.filter(pk__in=known).order_by("pk").values_list("code", flat=True)) or [""]
    for code in codes:
        trail.note(
            by=by.pk if by else SYSTEM, action=action, subject=f"customer:{customer.pk}", at=at, project=code, **detail
        )
