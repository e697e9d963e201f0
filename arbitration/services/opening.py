"""A case opens by itself when a claim meets a live one; parties join it and say what speaks for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.models import Claim, Collision, Statement
from leads import claims
from leads.models import Customer, Deal, Registration
from leads.money import yuan
from people.models import Membership, Project, User
from people.roles import Role
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # after Z comes A1
Claimant = tuple[User, str, Registration | None]


@transaction.atomic
def open_collision(
    *, project: Project, customer: Customer, trigger: str, source: str, deal: Deal | None, claimants: list[Claimant],
    at: datetime,
) -> Collision | None:  # fmt: skip
    """A claim met a live one: open a case, or join the one that is open. The customer's row is locked by whoever calls.

    A dispute that a ruling in force has settled between these very people is not opened again.
    """
    claims.lock_customer(customer)
    case = Collision.objects.select_for_update().unruled().filter(project=project, customer=customer).first()
    if case is None:
        if _settled(project, customer, claimants):
            return None
        case = Collision.objects.create(
            no=trail.next_number("ZD", at, apart=True), project=project, customer=customer, trigger=trigger, source=source, deal=deal,
            opened_at=at, changed_at=at,
        )  # fmt: skip
        announce(case, {user.pk for user, _ground, _report in claimants}, at)
    elif deal and not case.deal_id:
        case.deal = deal
    join(case, claimants, at)
    return case


@transaction.atomic
def attach_deal(*, deal: Deal, at: datetime) -> None:
    """A contract was signed while a case about its customer is open: that is the deal the case is about, whoever signed."""
    open_ = Collision.objects.select_for_update().unruled().filter(project=deal.project_id, customer=deal.customer_id)
    case = open_.filter(deal__isnull=True).first()
    if case:
        case.deal = deal
        touch(case, deal.entered_by, at)


def keep_while_disputed(*, project: Project, customer: Customer) -> None:
    """A customer about whom a case is open stays where they are. Raises Refusal; the customer's row is locked by whoever calls."""
    if Collision.objects.unruled().filter(project=project, customer=customer).exists():
        raise Refusal("case_open", _("这位客户有撞单还没裁，裁定以后才能转交、分配或认领"), status=409)


def keep_in_case(*, project: Project, customer: Customer) -> None:
    """A visit is among the facts of a case, open or ruled: it stays with whom the case is about. Raises Refusal, in words for the desk."""
    cases = Collision.objects.filter(project=project, customer=customer).exclude(state=Collision.State.MOOT)
    if cases.exists():
        raise Refusal(
            "visit_in_case",
            _("这位客户的归属核实过或正在核实，不能改号码。把对的客户另补登一次"),
            field="number",
            status=409,
        )


def _settled(project: Project, customer: Customer, claimants: list[Claimant]) -> bool:
    ruled = Collision.objects.filter(project=project, customer=customer, state=Collision.State.RULED)
    last = ruled.order_by("-opened_at").first()
    if last is None:
        return False
    parties = set(last.claims.values_list("user", flat=True))
    return {user.pk for user, _ground, _report in claimants} <= parties


def join(
    case: Collision, claimants: list[Claimant], at: datetime, customers: Mapping[int, Customer] | None = None
) -> None:
    """Whoever is not a party yet becomes one, and is told, unless by a report that is held back. The case is locked by whoever calls.

    `customers`: by user, for whom they claim, where the case is about a thing.
    """
    known = set(case.claims.values_list("user", flat=True))
    for user, ground, report in claimants:
        if user.pk in known:
            continue
        Claim.objects.create(
            collision=case, user=user, letter=_letter(len(known)), ground=ground, registration=report,
            customer=(customers or {}).get(user.pk), joined_at=at,
        )  # fmt: skip
        known.add(user.pk)
        if report and Registration.objects.filter(pk=report.pk).held_back().exists():
            continue
        trail.tell(
            to=user.pk, kind="collision.opened", project=case.project.code, link=f"/cases/{case.no}", at=at,
            sentence=gettext_noop("【撞单】%(no)s 立案，你是当事人，可以提交陈述"), no=case.no,
        )  # fmt: skip
    touch(case, None, at)


def announce(case: Collision, parties: set[int], at: datetime) -> None:
    """A case has opened: it is on record, and the managers of the project hear of it at once (D05-4.3a); it waits for them until
    somebody rules.
    """
    trail.note(by="system", action="collision.open", subject=f"collision:{case.no}", at=at, project=case.project.code)
    facts: dict[str, Any] = {"no": case.no}
    sentence = gettext_noop("【撞单】%(no)s 立案，等你裁定")
    if case.deal:  # what is at stake; a group that is not the managers' reads the sentence above
        facts["amount"] = yuan(case.deal.commission_fen)
        sentence = gettext_noop("【撞单】%(no)s 立案，涉及佣金 %(amount)s，等你裁定")
    managers = Membership.objects.people(case.project, [Role.MANAGER], at)
    for pk in (pk for pk in managers if pk not in parties):
        trail.tell(
            to=pk, kind="collision.to_rule", project=case.project.code, link=f"/cases/{case.no}", at=at, to_do=True,
            sentence=sentence, **facts,
        )  # fmt: skip


def _letter(n: int) -> str:
    """A, B, C … by the order of joining."""
    round_, place = divmod(n, len(LETTERS))
    return f"{LETTERS[place]}{round_ or ''}"


def lock(case: Collision) -> Collision:
    """The case as it is now, for whoever changes it: first the row of its customer, where it is about one (docs/locking.md)."""
    if case.customer:
        claims.lock_customer(case.customer)
    return Collision.objects.select_for_update().get(pk=case.pk)


def touch(case: Collision, by: User | None, at: datetime) -> None:
    """Count a change of the case, so that a page drawn before it is known to be out of date."""
    case.version += 1
    case.changed_at, case.changed_by = at, by
    case.save()


def in_time(case: Collision, at: datetime) -> None:
    """Raises Refusal once the term in which the parties were to bring evidence is over."""
    if case.evidence_due and case.evidence_due <= at:
        over = date_format(localtime(case.evidence_due, case.project.zone), "Y-m-d H:i")
        raise Refusal("evidence_over", _("补证据 %(at)s 截止，已经过了") % {"at": over}, status=409)


def evidence_came(case: Collision, by: User, at: datetime) -> None:
    """Whoever was asked has brought something: their task is done, and a case that waited for evidence waits no more. Kept by `touch`."""
    trail.done(to=by.pk, kind="collision.evidence", link=f"/cases/{case.no}", at=at)
    if case.state == Collision.State.EVIDENCE:
        case.state = Collision.State.ESCALATED if case.with_general_manager else Collision.State.OPEN


@transaction.atomic
def state_case(*, here: Workplace, case: Collision, text: str, at: datetime) -> Statement:
    """A party says what speaks for its claim (陈述). Final once submitted; more can be added until the ruling."""
    if not case.claims.filter(user=here.user).exists():
        raise Refusal("not_a_party", _("你不是这件撞单的当事人"), status=404)
    text = need_words(text, "statement_empty", _("写下你要说明的事"), field="text")
    locked = Collision.objects.select_for_update().get(pk=case.pk)
    if locked.closed:
        raise Refusal("case_ruled", _("这件案子已经结了，不能再补充"), status=409)
    statement = Statement.objects.create(collision=locked, by=here.user, text=text[:2000], at=at)
    evidence_came(locked, here.user, at)
    touch(locked, here.user, at)
    return statement
