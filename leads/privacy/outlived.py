"""What becomes of customers, and of what was written down about them, when its time is over (PIPL 19, 47; G-26).

A customer is let go of when nothing happened with them for so long: erased; frozen where something still needs them, and erased
once nothing does. What the right knows of them counts, too: it puts its rows into `TOUCHES`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import (
    Contact,
    Customer,
    Deal,
    Deposit,
    Erasure,
    ImportRow,
    ImportRun,
    InboundMessage,
    NotebookEntry,
    Ownership,
    PersonRequest,
    PreCheck,
    Registration,
    Withheld,
)  # fmt: skip
from leads.privacy.erasing import erase, freeze
from trail.refusals import Refusal
from trail.retention import Kept, blanked

Touch = Callable[[datetime], "QuerySet[Any]"]  # rows with a `customer` of which something is newer than that
A_RUN = 200  # customers let go of in one run of the job
TOUCHES: list[Touch] = [
    lambda t: Registration.objects.filter(at__gt=t),
    lambda t: Contact.objects.filter(at__gt=t),
    lambda t: Ownership.objects.filter(Q(since__gt=t) | Q(until__gt=t) | Q(protected_until__gt=t)),
    lambda t: NotebookEntry.objects.filter(at__gt=t),
    lambda t: Deposit.objects.filter(at__gt=t),
    lambda t: Deal.objects.filter(signed_at__gt=t),
    lambda t: PersonRequest.objects.filter(asked_at__gt=t),
]
OWN = len(TOUCHES)  # those of the right come behind (config/wiring.py)


def _of(rows: "QuerySet[Any]") -> Exists:
    return Exists(rows.filter(customer=OuterRef("pk")))


def untouched(before: datetime) -> "QuerySet[Customer]":
    """Customers with whom nothing happened since; frozen and erased ones are somebody else's business."""
    rows = Customer.objects.filter(created_at__lte=before, merged_into=None)
    rows = rows.exclude(_of(Withheld.objects.all())).exclude(_of(Erasure.objects.all()))
    for touch in TOUCHES:
        rows = rows.exclude(_of(touch(before)))
    return rows


def _signed() -> Q:
    return Q(_of(Deal.objects.all())) | Q(_of(Deposit.objects.all()))


def _visited() -> Q:
    return Q(_of(NotebookEntry.objects.filter(book=NotebookEntry.Book.VISIT)))


def leads_only(before: datetime) -> "QuerySet[Customer]":
    """Who was reported and never came."""
    return untouched(before).exclude(_signed()).exclude(_visited())


def visitors(before: datetime) -> "QuerySet[Customer]":
    """Who came and never signed."""
    return untouched(before).exclude(_signed()).filter(_visited())


def buyers(before: datetime) -> "QuerySet[Customer]":
    """Who signed, or paid a deposit."""
    return untouched(before).filter(_signed())


def frozen(before: datetime, at: datetime) -> "QuerySet[Customer]":
    """Frozen ones whose time has come: that they took their consent back a month ago, that only a need was in the way, or by the term."""
    ripe = Q(until__lte=at) | Q(why="retention") | Q(at__lte=before)
    return Customer.objects.filter(_of(Withheld.objects.filter(ripe)))


def _let_go(rows: "QuerySet[Customer]", at: datetime, after: str) -> str:
    """One by one, each in a transaction of its own; whoever is still needed stays, and is looked at again tomorrow."""
    rows = rows.filter(pk__gt=after) if after else rows
    found = list(rows.order_by("pk")[:A_RUN])
    for customer in found:
        try:
            erase(customer=customer, why="retention", by=None, at=at)
        except Refusal:
            _freeze(customer, at)
    return str(found[-1].pk) if len(found) == A_RUN else ""


def _freeze(customer: Customer, at: datetime) -> None:
    try:
        freeze(customer=customer, why="retention", by=None, at=at)
    except Refusal:  # a case or a visit needs them: nothing is done about somebody in the middle of it
        return


def _messages(before: datetime) -> "QuerySet[InboundMessage]":
    return InboundMessage.objects.filter(at__lte=before).exclude(sealed_text=b"")


def _prechecks(before: datetime) -> "QuerySet[PreCheck]":
    return PreCheck.objects.filter(at__lte=before).exclude(index=b"")


def _rows(before: datetime) -> "QuerySet[ImportRow]":
    return ImportRow.objects.filter(run__ended_at__lte=before, sealed_cells__isnull=False)


def _files(before: datetime) -> "QuerySet[ImportRun]":
    return ImportRun.objects.filter(at__lte=before, sealed_file__isnull=False).exclude(state=ImportRun.State.RUNNING)


def _imports(before: datetime, at: datetime) -> str:
    dropped: dict[str, Any] = {"sealed_file": None, "state": ImportRun.State.DROPPED, "ended_at": at}
    return blanked(_files(before), code="import", at=at, **dropped) or blanked(
        _rows(before), code="import", at=at, sealed_cells=None
    )


def _answered(before: datetime) -> "QuerySet[PersonRequest]":
    return PersonRequest.objects.filter(closed_at__lte=before).exclude(identified="", note="", answer="")


FREED = _("姓名、号码、备注删掉；还有事没了的先停用")
CLASSES = [
    Kept(
        "lead", _("报备过、没来过的客户"), FREED, _("个人信息保护法 19 条：够用就删。从最后一次联系、保护期结束算起"), 365, 30, 1096,
        lambda before: leads_only(before).count(), lambda before, at, after: _let_go(leads_only(before), at, after),
    ),
    Kept(
        "visitor", _("来过、没签的客户"), FREED, _("个人信息保护法 19 条；G-26：最后一次联系后三年"), 1096, 180, 1096,
        lambda before: visitors(before).count(), lambda before, at, after: _let_go(visitors(before), at, after),
    ),
    Kept(
        "deal", _("签过单、交过定金的客户"), FREED, _("民法典 188 条：三年诉讼时效；个人信息保护法 19 条"), 1826, 1096, 3653,
        lambda before: buyers(before).count(), lambda before, at, after: _let_go(buyers(before), at, after),
    ),
    Kept(
        "frozen", _("停用的客户"), _("封存的也删掉；撤回同意的三十天后就删"), _("个人信息保护法 47 条"), 1096, 30, 1096,
        lambda before: Withheld.objects.filter(at__lte=before).count(),
        lambda before, at, after: _let_go(frozen(before, at), at, after),
    ),
    Kept(
        "precheck", _("查重记录"), _("查的是谁认不出了；谁什么时候查过留着"), _("网络安全法 21 条：日志不少于六个月"), 365, 184, 1096,
        lambda before: _prechecks(before).count(),
        lambda before, at, after: blanked(_prechecks(before), code="precheck", at=at, guarded=True, index=b"", bucket=b""),
    ),
    Kept(
        "inbound", _("收到的报备邮件和短信"), _("原文和发件人删掉；报备本身留着"), _("个人信息保护法 19 条；要能当凭据"), 365, 184, 1096,
        lambda before: _messages(before).count(),
        lambda before, at, after: blanked(
            _messages(before), code="inbound", at=at, sealed_text=b"", sealed_sender=b"", sealed_left=None,
            state=InboundMessage.State.CLOSED,
        ),
    ),
    Kept(
        "import", _("导入的文件和没导进来的行"), _("内容删掉；导入了几行留着"), _("个人信息保护法 19 条"), 30, 1, 180,
        lambda before: _rows(before).count() + _files(before).count(), lambda before, at, after: _imports(before, at),
    ),
    Kept(
        "request", _("办完的个人信息要求"), _("怎么确认本人、备注、答复删掉"), _("网络数据条例 12 条：处理记录三年"), 1096, 1096, 1826,
        lambda before: _answered(before).count(),
        lambda before, at, after: blanked(_answered(before), code="request", at=at, identified="", note="", answer=""),
    ),
    Kept("audit", _("审计日志"), _("不删：里面没有客户的姓名和号码"), _("网络安全法 21 条：六个月；个人信息保护法 56 条：三年"), None),
]  # fmt: skip
