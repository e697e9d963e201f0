"""What customers ask for (个人信息要求, PIPL 44–50): taken down by whoever they ask, answered within thirty days by who may.

Erasing takes two people: one proposes, another approves. A refusal says why, and the customer is told so (PIPL 50).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import privacy
from leads.models import Basis, Customer, PersonRequest, Phone, Withheld
from leads.services.number_looks import count_look
from people.models import Membership
from people.roles import Right, roles_with
from people.services.guards import refusing
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal, need_words

Kind, State = PersonRequest.Kind, PersonRequest.State
SERIES = "GR"
TERM = timedelta(days=30)  # GB/T 35273 8.7
REMIND_BEFORE = (7, 1)  # days
GONE_AFTER = timedelta(days=30)  # whoever takes their consent back may think again so long, frozen meanwhile
MAY_TAKE = (Right.PRIVACY, Right.DESK, Right.OWN_BOOKS)
SIGNS = re.compile(r"\d[\d\s*-]{5,}\d")  # a telephone number, whole or masked
DAY = re.compile(r"(?<!\d)20\d\d-\d\d?-\d\d?(?!\d)")


@transaction.atomic
def take_request(
    *, here: Workplace, customer: Customer, kind: str, identified: str, at: datetime, note: str = ""
) -> PersonRequest:
    """Write down what a customer asks for, and how they showed that it is them; whoever handles it is told.

    Raises Refusal for a kind that is none, without a word on how they were identified, with a number in it, for somebody who is erased,
    and where the same is asked for already.
    """
    if kind not in Kind.values:
        raise Refusal("kind_unknown", _("选客户要什么"), field="kind")
    how = need_words(
        identified, "identified_how", _("写怎么确认是本人：看了证件、用登记的号码打来"), field="identified"
    )
    for field, text in (("identified", how), ("note", note)):
        no_number(text, field)
    if privacy.state(customer) == "erased":
        raise Refusal("erased_already", _("这位客户已经删除了"), status=409)
    again = Refusal("request_open", _("这位客户已经提过同样的要求，还没办完"), field="kind", status=409)
    with refusing({"person_request_one_open": again}):
        row = PersonRequest.objects.create(
            no=trail.next_number(SERIES, at), project=here.project, customer=customer, kind=kind, asked_at=at, due_at=at + TERM,
            identified=how[:100], note=note.strip()[:200], taken_by=here.user,
        )  # fmt: skip
    _note(here, "request.take", row, at, kind=kind)
    _tell_handlers(row, at, gettext_noop("有客户提了个人信息要求（%(no)s），30 天内办"), but=here.user.pk)
    return row


def link(row: PersonRequest) -> str:
    """Where it is handled."""
    return f"/requests/{row.no}"


@transaction.atomic
def give_file(*, here: Workplace, request: PersonRequest, form: str, at: datetime) -> Iterator[bytes]:
    """Everything kept about the customer, to be handed to them (PIPL 45): `json`, or `html` to read and print. On record.

    Raises Refusal for a request that is no access or is closed, for a frozen customer, and past the limit of whole numbers.
    """
    row = _locked(here, request, Kind.ACCESS)
    if privacy.state(row.customer):
        raise Refusal("frozen_already", _("这位客户停用了：先恢复，才有资料可给"), status=409)
    count_look(here=here, lines=1, at=at)
    make = privacy.export_person_html if form == "html" else privacy.export_person
    return make(customer=row.customer, by=here.user, at=at)


@transaction.atomic
def finish_request(*, here: Workplace, request: PersonRequest, answer: str, at: datetime) -> PersonRequest:
    """The file was handed over. Raises Refusal for what is not closed that way, or without a word on how."""
    row = _locked(here, request, Kind.ACCESS)
    return _close(here, row, State.DONE, need_words(answer, "answer_missing", _("写怎么给客户的"), field="answer"), at)


@transaction.atomic
def correct_request(
    *, here: Workplace, request: PersonRequest, reason: str, at: datetime, name: str | None = None,
    honorific: str | None = None, number: tuple[Phone, str] | None = None,
) -> PersonRequest:  # fmt: skip
    """Put right what is wrong, and close the request. Raises Refusal as `privacy.correct` does."""
    row = _locked(here, request, Kind.CORRECT)
    privacy.correct(
        here=here, customer=row.customer, reason=reason, at=at, name=name, honorific=honorific, number=number
    )
    return _close(here, row, State.DONE, reason, at)


@transaction.atomic
def freeze_request(*, here: Workplace, request: PersonRequest, at: datetime) -> PersonRequest:
    """Stop using everything about the customer. Who took their consent back is erased after thirty days. Raises Refusal as `freeze`."""
    row = _locked(here, request, Kind.FREEZE)
    last = Basis.objects.filter(customer=row.customer, project=row.project).order_by("-at", "-pk").first()
    gone = last is not None and last.ground == Basis.Ground.WITHDRAWN
    privacy.freeze(
        customer=row.customer, why="withdrawn" if gone else "asked", by=here.user, at=at, until=at + GONE_AFTER if gone else None
    )  # fmt: skip
    return _close(here, row, State.DONE, _("停用了"), at)


@transaction.atomic
def release_request(*, here: Workplace, request: PersonRequest, reason: str, at: datetime) -> PersonRequest:
    """The customer may be used again, as they were. Raises Refusal where they are not frozen, or without a reason."""
    _may_handle(here, request)
    why = no_number(need_words(reason, "release_why", _("写明为什么恢复：客户怎么说的"), field="reason"), "reason")
    privacy.release(customer=request.customer, by=here.user, at=at)
    _note(here, "request.release", request, at, reason=why[:100])
    return request


@transaction.atomic
def propose_erasure(*, here: Workplace, request: PersonRequest, at: datetime) -> PersonRequest:
    """Hand it to a second person, who looks and approves. Raises Refusal while something still needs the customer."""
    row = _locked(here, request, Kind.ERASE)
    if row.state == State.APPROVAL:
        raise Refusal("proposed_already", _("已经提了，等第二个人同意"), status=409)
    if found := privacy.hindrances(row.customer, at, erasing=True):
        raise Refusal("needed", " ".join(str(one.sentence) for one in found), status=409)
    row.state, row.proposed_by, row.proposed_at = State.APPROVAL, here.user, at
    row.save(update_fields=["state", "proposed_by", "proposed_at"])
    _note(here, "request.propose", row, at)
    _tell_handlers(row, at, gettext_noop("要删除一位客户的个人信息（%(no)s），等你核对和同意"), but=here.user.pk)
    return row


@transaction.atomic
def approve_erasure(*, here: Workplace, request: PersonRequest, at: datetime) -> PersonRequest:
    """The second person agrees: the customer is erased, for good. Raises Refusal for who proposed it, and as `erase` does."""
    row = _locked(here, request, Kind.ERASE)
    if row.state != State.APPROVAL:
        raise Refusal("not_proposed", _("还没有人提议删除"), status=409)
    if row.proposed_by_id == here.user.pk:
        raise Refusal("second_person", _("你提的，要另一个人同意"), status=403)
    customer = row.customer
    done = _close(here, row, State.DONE, _("删除了"), at)
    privacy.erase(customer=customer, why="asked", by=here.user, at=at, request=done)
    return done


@transaction.atomic
def refuse_request(*, here: Workplace, request: PersonRequest, reason: str, at: datetime) -> PersonRequest:
    """Not done; the reason is what the customer is told (PIPL 50)."""
    row = _locked(here, request)
    why = no_number(need_words(reason, "refuse_why", _("写明为什么不办：这句话要告诉客户"), field="reason"), "reason")
    return _close(here, row, State.REFUSED, why, at)


@transaction.atomic
def tell_due(*, at: datetime) -> int:
    """Remind of what is due in seven days, in one, and every day once it is late; gives how many requests that was about."""
    told = 0
    rows = PersonRequest.objects.filter(
        state__in=[State.OPEN, State.APPROVAL], due_at__lt=at + timedelta(days=max(REMIND_BEFORE))
    )
    for row in rows.select_related("project").order_by("pk"):
        left = row.due_at - at
        stage = "late" if left < timedelta() else "1" if left < timedelta(days=1) else "7"
        within = timedelta(hours=23) if stage == "late" else timedelta(days=40)
        if limits.take(f"request-due:{row.pk}:{stage}", limit=1, within=within, at=at):
            told += 1
            late = gettext_noop("个人信息要求 %(no)s 过了 30 天还没办，今天办")
            soon = gettext_noop("个人信息要求 %(no)s 快到 30 天了，去办")
            _tell_handlers(row, at, late if stage == "late" else soon)
    return told


def frozen_by(request: PersonRequest) -> bool:
    """Whether the customer of this request is frozen now."""
    return Withheld.objects.filter(customer=request.customer_id).exists()


def no_number(text: str, field: str) -> str:
    """The same text; a Refusal where a telephone number stands in it."""
    if SIGNS.search(DAY.sub("，", text)):
        raise Refusal("number_in_words", _("这里不写号码：谁都看得到这一行"), field=field)
    return text


def _may_handle(here: Workplace, row: PersonRequest) -> None:
    if not here.may(Right.PRIVACY) or row.project_id != here.project.pk:
        raise Refusal("not_yours", _("个人信息要求由主管办"), status=404)


def _open(here: Workplace, row: PersonRequest, *kinds: str) -> PersonRequest:
    _may_handle(here, row)
    if row.state not in (State.OPEN, State.APPROVAL):
        raise Refusal("request_closed", _("这个要求已经办完了"), status=409)
    if kinds and row.kind not in kinds:
        raise Refusal("other_kind", _("客户要的不是这个：另记一个要求"), status=409)
    return row


def _locked(here: Workplace, row: PersonRequest, *kinds: str) -> PersonRequest:
    rows = PersonRequest.objects.select_for_update(of=("self",)).select_related("project", "customer")
    return _open(here, rows.get(pk=row.pk), *kinds)


def _close(here: Workplace, row: PersonRequest, state: str, answer: str, at: datetime) -> PersonRequest:
    row.state, row.answer, row.closed_by, row.closed_at = state, answer.strip()[:300], here.user, at
    row.save(update_fields=["state", "answer", "closed_by", "closed_at"])
    trail.done(link=link(row), at=at)
    _note(here, "request.close", row, at, state=state)
    if row.taken_by_id != here.user.pk:
        trail.tell(
            to=row.taken_by_id, kind="request.closed", project=row.project.code, link="/requests", at=at, no=row.no,
            sentence=gettext_noop("个人信息要求 %(no)s 办完了，看结果，告诉客户"),
        )  # fmt: skip
    return row


def _tell_handlers(row: PersonRequest, at: datetime, sentence: str, *, but: int | None = None) -> None:
    for user in Membership.objects.people(row.project, roles_with(Right.PRIVACY), at):
        if user != but:
            trail.tell(
                to=user, kind="request.open", project=row.project.code, link=link(row), to_do=True, at=at, no=row.no, sentence=sentence
            )  # fmt: skip


def _note(here: Workplace, action: str, row: PersonRequest, at: datetime, **detail: str) -> None:
    trail.note(by=here.user.pk, action=action, subject=f"request:{row.no}", at=at, project=here.project.code, **detail)
