"""What customers ask for, to be read: whose requests somebody sees, and what erasing one of them would take."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, PersonRequest
from leads.privacy import ERASED_NAME
from leads.privacy.lines import lines, whom
from people.roles import Right
from people.workplace import Workplace

OPEN = (PersonRequest.State.OPEN, PersonRequest.State.APPROVAL)
# What is counted by name on the check page: what it is, what goes of it, what stays. Everything else is counted together.
TOLD: dict[str, tuple[Any, Any, Any]] = {
    "leads.Customer": (_("客户档案"), _("姓名、称呼、公司代码"), _("编号")),
    "leads.Phone": (_("号码"), _("全部"), ""),
    "leads.Relation": (_("亲友关系"), _("全部"), ""),
    "leads.Registration": (_("报备"), _("姓名、号码、原文"), _("编号、时间、业务员")),
    "leads.Contact": (_("跟进"), _("说了什么"), _("时间、业务员")),
    "leads.NotebookEntry": (_("三本里的行"), _("写的话"), _("时间、业务员")),
    "leads.Deal": (_("签单"), "", _("编号、金额、时间")),
    "visits.Visit": (_("到访"), _("姓名、号码"), _("编号、时间、案场")),
    "visits.Signature": (_("客户的签名"), _("姓名"), _("签过的时间")),
    "arbitration.AttachmentContent": (_("证据文件"), _("全部内容"), _("文件的指纹和时间")),
    "arbitration.Ruling": (_("裁定"), _("文字里的姓名和号码"), _("结果、依据、分成")),
    "arbitration.Statement": (_("当事人陈述"), _("文字里的姓名和号码"), _("其余的话")),
}


def requests_of(here: Workplace) -> "QuerySet[PersonRequest]":
    """Requests that this person may read: whoever handles them all of the project, others those they took down."""
    rows = PersonRequest.objects.filter(project=here.project).select_related(
        "customer", "taken_by", "proposed_by", "closed_by"
    )
    return rows if here.may(Right.PRIVACY) else rows.filter(taken_by=here.user)


def what_goes(customer: Customer) -> list[dict[str, Any]]:
    """Kind by kind how many records there are, what goes of each and what stays."""
    them, rest, told = whom(customer, ERASED_NAME), 0, []
    for line in lines():
        count = line.rows(them).order_by().values("pk").distinct().count()
        if line.model._meta.label in TOLD and count:
            what, goes, stays = TOLD[line.model._meta.label]
            told.append({"what": what, "count": count, "goes": goes, "stays": stays})
        else:
            rest += count
    told.sort(key=lambda row: -row["count"])
    other = {
        "what": _("其他记录和旧版本"),
        "count": rest,
        "goes": _("姓名、号码、备注"),
        "stays": _("编号、时间、金额"),
    }
    return [*told, *([other] if rest else [])]
