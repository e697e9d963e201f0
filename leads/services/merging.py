"""Two records were one customer (合并): what names one of them names the other since; and parting them again, with nothing lost."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg2
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from leads import claims, vault
from leads.models import Customer, IdentityQuestion, Merge, NotebookEntry, Ownership, Phone, Registration
from leads.references import references
from leads.screening import phones
from leads.services.identity import settle_queue
from leads.signals import claim_contested, customers_merged, customers_parted, not_stopped, visitor_known
from people.models import Project, User
from people.workplace import Workplace
from trail import services as trail
from trail.models import Renaming
from trail.refusals import Refusal, need_words

CAUSE = "merge"  # what ended an ownership: two met
CODE = "leads.Customer.code"


@transaction.atomic
def merge(*, here: Workplace, kept: Customer, merged: Customer, reason: str, at: datetime) -> Merge:
    """Let `kept` stand for both: everything that names `merged` names it from now on, and the merge keeps what to put back.

    Of two who follow them in one project the earlier stays, and the later contests: a case opens (G-12). What can be there once
    only, such as a profile, stays with the merged record. Raises Refusal for records that cannot be one.
    """
    reason = need_words(reason, "merge_why", _("写明为什么是同一位"), field="reason")
    lock_everywhere((kept, merged))
    kept, merged = _locked(kept, merged)
    _may_merge(kept, merged)
    clashes = [clash for project in _projects(merged) if (clash := _meet(project, kept, merged, here, at))]
    Renaming.objects.create(was=str(merged.pk), becomes=str(kept.pk), by=str(here.user.pk), at=at)
    done = Merge(kept=kept, merged=merged, reason=reason[:200], by=here.user, at=at)
    done.moved, done.ended = _move(merged, kept), [later.pk for _earlier, later in clashes]
    merged.merged_into = kept
    merged.save(update_fields=["merged_into"])
    if merged.code and not kept.code:  # how a company is known is known of the record that stands for it
        kept.code, done.moved[CODE] = merged.code, [merged.code]
        kept.save(update_fields=["code"])
    done.save()
    answered = _answer_questions(done, at)
    _on_record(done, "customer.merged", here, at)
    customers_merged.send(sender=Merge, kept=kept, merged=merged, by=here.user, at=at)
    for question in answered:
        tell_visitor_known(question, kept, here.user, at)
    for earlier, later in clashes:
        _contest(kept, earlier, later, done, at)
    return done


def lock_everywhere(customers: Iterable[Customer], *numbers: str) -> None:
    """The key rows of all that these customers are known by, and of these numbers, in every project: a report of them waits."""
    keys = {("ends33", vault.ends(digits[:3], digits[-3:])) for digits in map(phones.national, numbers)}
    for customer in customers:
        if customer.company_key:
            keys.add(("company", vault.index("company", customer.company_key)))
        if customer.code:
            keys.add(("code", vault.index("code", customer.code)))
    theirs = Phone.objects.filter(customer__in=[customer.pk for customer in customers])
    keys |= {("ends33", bytes(ends)) for ends in theirs.values_list("ends33", flat=True)}
    for project in Project.objects.order_by("pk"):
        claims.lock_keys(project, keys)


def _locked(kept: Customer, merged: Customer) -> tuple[Customer, Customer]:
    rows = claims.lock_customers({kept.pk, merged.pk})
    return rows[kept.pk], rows[merged.pk]


def _may_merge(kept: Customer, merged: Customer) -> None:
    if kept.pk == merged.pk:
        raise Refusal("merge_itself", _("这就是同一条记录，选另一位"), field="other")
    if kept.merged_into_id or merged.merged_into_id:
        raise Refusal("merged_already", _("其中一位已经并到别的记录里，刷新再看"), status=409)
    not_stopped(kept, merged)
    if kept.kind != merged.kind:
        raise Refusal("merge_kinds", _("个人和企业不能合并；把个人登记成公司的联系人"), field="other")
    if kept.code and merged.code and kept.code != merged.code:
        raise Refusal("merge_codes", _("统一社会信用代码不同，是两家公司"), field="other")


def _projects(merged: Customer) -> Iterable[Project]:
    open_ = Ownership.objects.open().filter(customer=merged)
    return Project.objects.filter(pk__in=open_.values("project")).order_by("pk")


def _meet(
    project: Project, kept: Customer, merged: Customer, here: Workplace, at: datetime
) -> tuple[Ownership, Ownership] | None:
    """Both are somebody's in this project: end one, the earlier stays. Returns earlier and later where that contests."""
    sides = [(claims.in_force(project, customer, at), customer) for customer in (kept, merged)]
    if any(held is None for held, _customer in sides):
        return None
    pooled = next((pair for pair in reversed(sides) if pair[0] and pair[0].holder == Ownership.Holder.POOL), None)
    if pooled:
        claims.free(project, pooled[1], taker=None, at=at)
        return None
    earlier, later = sorted((held for held, _customer in sides if held), key=lambda held: (held.since, held.pk))
    claims.end(later, at=at, cause=CAUSE)
    return earlier, later


def _contest(kept: Customer, earlier: Ownership, later: Ownership, done: Merge, at: datetime) -> None:
    """Whoever followed the customer later contests; who followed both contests nothing."""
    if not (earlier.user and later.user) or earlier.user == later.user:
        return
    reports = Registration.objects.in_bulk([earlier.source, later.source], field_name="no")
    claimants: list[tuple[User, str, Registration | None]] = [
        (held.user, held.source, reports.get(held.source)) for held in (earlier, later) if held.user
    ]
    claim_contested.send(
        sender=Merge, project=later.project, customer=kept, trigger="merge", source=f"HB-{done.pk}", deal=None,
        claimants=claimants, at=at,
    )  # fmt: skip


def tell_visitor_known(question: IdentityQuestion, same: Customer | None, by: User, at: datetime) -> None:
    """A question that a visit put was answered: `visitor_known`. Of a question about a report nothing is to be told."""
    if question.registration_id is None and question.visit:
        visitor_known.send(sender=IdentityQuestion, question=question, same=same, by=by, at=at)


def _answer_questions(done: Merge, at: datetime) -> list[IdentityQuestion]:
    """Whether these two are one is no question any more; the questions that were."""
    answered = []
    about = models.Q(customer=done.kept) | models.Q(registration__customer=done.kept)
    for question in IdentityQuestion.objects.waiting().filter(about, candidates=done.kept).distinct():
        if question.candidates.count() == 1:
            question.answer, question.answered_by, question.answered_at = question.Answer.SAME, done.by, at
            question.answered_customer, question.why = done.kept, done.reason
            question.save(update_fields=["answer", "answered_by", "answered_at", "answered_customer", "why"])
            settle_queue(question.project, at)
            answered.append(question)
    return answered


# ── moving what names a customer ──


def _move(was: Customer, becomes: Customer) -> dict[str, list[Any]]:
    """Point all that names one customer to the other; what was moved, by column."""
    moved = {}
    for model, column in references():
        rows = _staying(model._base_manager.filter(**{column: was.pk}), column, becomes)
        ids = _point(model, column, list(rows.order_by("pk").values_list("pk", flat=True)), becomes.pk)
        if ids:
            moved[f"{model._meta.label}.{column}"] = ids
    return moved


def _staying(rows: "models.QuerySet[Any]", column: str, kept: Customer) -> "models.QuerySet[Any]":
    """Without what would name one customer twice, and without a second line in a collection notebook."""
    for model, other in references():
        if model is rows.model and other != column:
            rows = rows.exclude(**{other: kept.pk})
    if rows.model is NotebookEntry:
        book = NotebookEntry.Book.COLLECTION
        twice = NotebookEntry.objects.filter(
            customer=kept, book=book, user=models.OuterRef("user"), project=models.OuterRef("project")
        )
        rows = rows.exclude(models.Q(models.Exists(twice), book=book))
    return rows


def _point(model: type[models.Model], column: str, ids: list[Any], to: UUID) -> list[Any]:
    """Make these rows name `to`; one by one where a row like it is there already, which then stays. Returns those that do."""
    if not ids:
        return []
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=ids).update(**{column: to})
        return ids
    except IntegrityError as error:
        if not isinstance(error.__cause__, psycopg2.errors.UniqueViolation):
            raise
    if len(ids) == 1:
        return []
    half = len(ids) // 2
    return _point(model, column, ids[:half], to) + _point(model, column, ids[half:], to)


# ── parting them again ──


@transaction.atomic
def unmerge(*, here: Workplace, done: Merge, why: str, at: datetime) -> Merge:
    """Part two records again: exactly what was moved goes back; what came since stays with the record that stood for both.

    Who lost the customer by the merge follows their own again, where nothing has happened to it since. Raises Refusal for what
    cannot be undone: a merge undone already, or on which a decision was built.
    """
    why = need_words(why, "unmerge_why", _("写明为什么不是同一位"), field="why")
    lock_everywhere((done.kept, done.merged))
    kept, merged = _locked(done.kept, done.merged)
    done = Merge.objects.select_for_update().get(pk=done.pk)
    _may_part(done, kept)
    customers_parted.send(sender=Merge, kept=kept, merged=merged, merge=done, by=here.user, at=at)
    if done.moved.pop(CODE, None):
        kept.code = ""
        kept.save(update_fields=["code"])
    merged.merged_into = None
    merged.save(update_fields=["merged_into"])
    Renaming.objects.create(was=str(kept.pk), becomes=str(merged.pk), by=str(here.user.pk), at=at)
    _put_back(done, kept, merged)
    for held in Ownership.objects.filter(pk__in=done.ended).select_related("project", "user"):
        _reopen(held, kept, merged, done, here, at)
    done.undone_by, done.undone_at, done.undone_why = here.user, at, why[:200]
    done.save(update_fields=["undone_by", "undone_at", "undone_why"])
    _on_record(done, "customer.parted", here, at)
    return done


def _may_part(done: Merge, kept: Customer) -> None:
    not_stopped(kept)
    if done.undone_at:
        raise Refusal("unmerged_already", _("这次合并已经撤销过了"), status=409)
    if kept.merged_into_id:
        raise Refusal("kept_merged", _("保留的那条记录后来又并入了别的，先撤销后一次合并"), status=409)
    later = Merge.objects.filter(kept=kept, undone_at=None, pk__gt=done.pk)
    if later.exists():
        raise Refusal("merged_since", _("后来还有别的记录并进来，先撤销后一次合并"), status=409)


def _put_back(done: Merge, kept: Customer, merged: Customer) -> None:
    columns = {f"{model._meta.label}.{column}": (model, column) for model, column in references()}
    for label, ids in done.moved.items():
        model, column = columns[label]
        still = model._base_manager.filter(pk__in=ids, **{column: kept.pk}).values_list("pk", flat=True)
        _point(model, column, list(still), merged.pk)


def _reopen(held: Ownership, kept: Customer, merged: Customer, done: Merge, here: Workplace, at: datetime) -> None:
    """Whoever lost their customer by the merge follows them again until when they would have, unless it has been decided since.

    An ownership that ended stays ended; this is a new one.
    """
    customer = merged if held.customer_id == merged.pk else kept
    rows = Ownership.objects.filter(project=held.project, customer__in=(kept, merged))
    since = rows.filter(models.Q(since__gt=done.at) | models.Q(until__gt=done.at))
    over = held.protected_until is not None and held.protected_until <= at
    if since.exists() or over or rows.filter(customer=customer, until=None).exists():
        return
    again = claims.give(
        held.project, customer, to=held.user, holder=held.holder, reason=Ownership.Reason.PARTED, source=held.source,
        by=here.user.pk, at=at,
    )  # fmt: skip
    again.protected_until, again.stage = held.protected_until, held.stage
    again.save(update_fields=["protected_until", "stage"])


def _on_record(done: Merge, action: str, here: Workplace, at: datetime) -> None:
    """A line of the log."""
    trail.note(
        by=here.user.pk, action=action, subject=f"customer:{done.kept.pk}", at=at, project=here.project.code,
        merged=str(done.merged.pk), rows=sum(len(ids) for ids in done.moved.values()),
    )  # fmt: skip
