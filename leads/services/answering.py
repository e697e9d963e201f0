"""Answering who somebody is: the same, and the report is theirs or two records are one; or another, and each keeps their own."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import claims
from leads.identity import new_customer
from leads.models import Customer, IdentityQuestion, NotebookEntry, Ownership, Phone, Registration
from leads.screening import phones
from leads.services.identity import candidates_of, settle_queue
from leads.services.merging import lock_everywhere, merge, tell_visitor_known
from leads.services.ownership import note_in_book
from leads.signals import claim_contested, report_moved
from people.workplace import Workplace
from trail import services as trail
from trail.models import Renaming
from trail.refusals import Refusal, need_words

Answer = IdentityQuestion.Answer
TURNED_OUT = "identity"  # what ended an ownership: the report was about somebody else


@transaction.atomic
def answer_question(
    *, here: Workplace, question: IdentityQuestion, same: Customer | None, why: str, at: datetime
) -> IdentityQuestion:
    """Say once who somebody is: `same` as one of the candidates, or nobody of them.

    The report keeps its time. The same: a masked report is bound, and whoever was first owns or it contests (G-14); two records
    become one. Another: the number is shared and the other customer has an owner of their own (G-12). Raises Refusal for a
    second answer (409), for somebody who is no candidate, and for whoever has a claim of their own in it.
    """
    why = need_words(why, "answer_why", _("写明怎么核实的"), field="why")
    candidates = candidates_of(question)
    report = question.registration
    _lock(question, report, candidates)
    locked = IdentityQuestion.objects.select_for_update().get(pk=question.pk)
    if locked.answer is not None:
        raise Refusal("answered_already", _("这个问题已经有人答过了"), status=409)
    if report and report.masked and report.customer_id:
        raise Refusal("bound_already", _("前台已经核对过整号，这条报备有客户了"), status=409)
    _may_answer(here, report, candidates, at)
    if same is not None and same not in candidates:
        raise Refusal("not_a_candidate", _("只能从列出的客户里选"), field="same")
    locked.answer = Answer.SAME if same else Answer.OTHER
    locked.answered_by, locked.answered_at, locked.why = here.user, at, why[:200]
    locked.save(update_fields=["answer", "answered_by", "answered_at", "why"])
    locked.answered_customer = _same(here, locked, report, same, why, at) if same else _other(here, locked, report, at)
    locked.save(update_fields=["answered_customer"])
    tell_visitor_known(locked, locked.answered_customer if same else None, here.user, at)
    trail.note(
        by=here.user.pk, action="identity.answer", subject=f"question:{locked.pk}", at=at, project=here.project.code,
        answer=locked.answer,
    )  # fmt: skip
    _tell_reporter(here, report, at)
    settle_queue(here.project, at)
    return locked


def _lock(question: IdentityQuestion, report: Registration | None, candidates: list[Customer]) -> None:
    """Key rows first, then customers, then the question: the order of docs/locking.md."""
    meant = (question.customer, report.customer if report else None)
    about = [*candidates, *(one for one in meant if one)]
    lock_everywhere(about, *([report.number] if report and report.number else []))
    if report:
        report.refresh_from_db()
    claims.lock_customers({customer.pk for customer in about})


def _may_answer(here: Workplace, report: Registration | None, candidates: list[Customer], at: datetime) -> None:
    mine = Ownership.objects.live_at(at).filter(project=here.project, user=here.user, customer__in=candidates)
    if (report and report.by_id == here.user.pk) or mine.exists():
        raise Refusal("own_question", _("这里有你自己的客户，换一位同事来核实"), status=409)


# ── the same ──


def _same(
    here: Workplace, question: IdentityQuestion, report: Registration | None, same: Customer, why: str, at: datetime
) -> Customer:
    if report is None:
        return _one_record(here, question.customer, same, why, at)
    if report.customer is None:
        _bind(here, report, same, at)
    elif report.customer != same and report.customer in candidates_of(question):
        move_report(here, report, report.customer, same, at)
    elif report.customer != same:
        return _one_record(here, report.customer, same, why, at)
    claim_first(here, report, same, at, reason=Ownership.Reason.BOUND if report.masked else Ownership.Reason.REGISTERED)
    return same


def _one_record(here: Workplace, one: Customer | None, same: Customer, why: str, at: datetime) -> Customer:
    """Two records become one; the earlier stands for both."""
    if one is None or one == same:
        return same
    kept, merged = sorted((one, same), key=lambda customer: (customer.created_at, customer.pk))
    return merge(here=here, kept=kept, merged=merged, reason=why, at=at).kept


def _bind(here: Workplace, report: Registration, customer: Customer, at: datetime) -> None:
    """A masked report becomes this customer's, at its own time (G-14). Raises Refusal without a whole number that it fits."""
    if not any(phones.mask_fits(report.number, phone.national) for phone in customer.phones.all()):
        raise Refusal("whole_unknown", _("这位客户没有和隐号对得上的整号，等前台核对整号"), field="same")
    report.customer, report.bound_at = customer, at
    report.save(update_fields=["customer", "bound_at"])
    note_in_book(here.project, customer, report.by, NotebookEntry.Book.COLLECTION, report.no, report.at)


def claim_first(here: Workplace, report: Registration, customer: Customer, at: datetime, *, reason: str) -> None:
    """Whoever was first follows the customer: the reporter, where nobody does; else their report contests. Locks are held."""
    held = claims.current(report.project, customer, at)
    if held is None:
        if not claims.reserved(report.project, customer, report.by, at):
            claims.give(report.project, customer, to=report.by, reason=reason, source=report.no, by=here.user.pk, at=at)
    elif held.user_id != report.by_id:
        holder = [(held.user, held.source, None)] if held.user else []
        claim_contested.send(
            sender=Registration, project=report.project, customer=customer, trigger="registration", source=report.no,
            deal=None, claimants=[*holder, (report.by, report.no, report)], at=at,
        )  # fmt: skip


# ── another ──


def _other(here: Workplace, question: IdentityQuestion, report: Registration | None, at: datetime) -> Customer | None:
    """Nobody of the candidates. A report that was put to one of them meanwhile becomes a customer's of its own."""
    if report is None or report.customer is None or report.customer not in candidates_of(question):
        return question.customer
    name = {"name": report.name, "honorific": report.honorific, "source": report.customer.source}
    other = new_customer(at=at, **name, kind=Customer.Kind.PERSON)
    phone = Phone.of(other, report.number, at)
    phone.shared, phone.entered_by = True, here.user
    phone.save()
    move_report(here, report, report.customer, claims.lock_customer(other), at)
    claim_first(here, report, other, at, reason=Ownership.Reason.REGISTERED)
    return other


def move_report(here: Workplace, report: Registration, was: Customer, to: Customer, at: datetime) -> None:
    """A report turned out to be about another customer: it and what came of it go there. Locks are held."""
    Renaming.objects.create(was=str(was.pk), becomes=str(to.pk), by=str(here.user.pk), at=at)
    gave = Ownership.objects.open().filter(project=report.project, customer=was, source=report.no, user=report.by_id)
    for held in gave:
        claims.end(held, at=at, cause=TURNED_OUT)
    book = NotebookEntry.Book.COLLECTION
    NotebookEntry.objects.filter(customer=was, source=report.no, book=book).update(customer=to)
    report.customer = to
    report.save(update_fields=["customer"])
    note_in_book(report.project, to, report.by, book, report.no, at)
    report_moved.send(sender=Registration, report=report, was=was, by=here.user, at=at)


def _tell_reporter(here: Workplace, report: Registration | None, at: datetime) -> None:
    if report:
        trail.tell(
            to=report.by_id, kind="identity.answered", project=here.project.code, link=f"/register/{report.no}", at=at,
            sentence=gettext_noop("报备 %(no)s 的客户核实好了"), no=report.no,
        )  # fmt: skip
