"""What the kinds of messages mean to their reader: the one thing to do about each, and which cannot wait.

A kind is `thing.event`. The kinds of every app are named here, as the audit log's actions are in `people/audit.py`: words only.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "routine.due": _("去做"), "policy.sign": _("去签收"), "policy.submitted": _("去看和发布"), "policy.sent_back": _("去改"),
    "policy.published": _("看制度"), "handover.sign": _("去办"), "handover.given": _("看客户"),
    "handover.own": _("看交接"),
    "password.changed": _("看账号"), "password.link": _("看账号"), "visit.arrived": _("去接待"),
    "visit.elsewhere": _("看客户"), "visit.handed": _("去接待"),
    "visit.left": _("去记离开"), "visit.not_left": _("看到访本"), "visit.late_asked": _("去补登"),
    "visit.nobody": _("去安排"), "collision.evidence": _("交证据"), "collision.escalated": _("去裁定"), "collision.to_rule": _("去裁定"),
    "collision.opened": _("写陈述"), "collision.terms": _("看条款"), "collision.duty": _("去做"), "collision.reported": _("去调查"),
    "collision.appeal": _("处理申诉"), "split.paused": _("看分成"), "split.resumed": _("看分成"),
    "statement.ready": _("去确认"), "statement.question": _("去答复"),
    "statement.reply": _("看答复"), "period.closed": _("看结算"), "period.reopened": _("看分成单"),
    "export.done": _("去下载"), "export.failed": _("去看"),
    "customer.reassign": _("去分配"), "collision.ruled": _("看结果"), "lead.contested": _("看客户"),
    "protection.ending": _("去跟进"), "protection.offer": _("去答复"), "protection.over": _("看客户"),
    "transfer.asked": _("去批准"), "import.done": _("看结果"), "import.confirm": _("去确认"),
    "precheck.asked": _("看是谁"), "precheck.contact": _("去回话"), "precheck.probing": _("看查重记录"), "inbound.received": _("看回执"),
    "inbound.unknown": _("去归人"), "lead.reviewed": _("看回执"), "identity.asked": _("去核实"), "identity.answered": _("看回执"),
    "collision.warning": _("看看"),
    "permission.asked": _("去答复"), "permission.given": _("看看"), "permission.ended": _("看看"), "conduct.named": _("写说明"),
    "conduct.reported": _("去认定"), "conduct.answered": _("去认定"), "conduct.decided": _("看结论"),
    "announced.check": _("去审客"), "announced.call": _("去追访"), "announced.late": _("去补办"), "expected.came": _("看到访"),
    "contact.other": _("看客户"), "customer.group": _("看客户"), "task.due": _("去做"), "task.given": _("看待办"),
    "sanction.proposed": _("去告知"), "sanction.noticed": _("写申辩"), "sanction.answered": _("去决定"),
    "sanction.decided": _("去签收"), "sanction.appealed": _("处理申诉"), "sanction.payable": _("去入账"),
    "sanction.rectify": _("去改正"), "sanction.result": _("看结果"), "accusation.filed": _("去调查"),
    "accusation.result": _("看结果"), "reward.proposed": _("去批准"), "reward.approved": _("看看"),
    "hook.off": _("去看"), "job.given_up": _("看任务"), "letter.given_up": _("看任务"), "robot.failing": _("看渠道"),
    "visit.passed_on": _("去接待"), "visit.unanswered": _("去接待"),
    "lead.registered": _("看回执"), "pool.expired": _("看公海"), "collision.evidence_soon": _("交证据"), "collision.today": _("去裁定"),
    "collision.waiting": _("去处理"), "split.booked": _("看分成"), "sanction.told": _("看处分"), "period.blocked": _("看结算"),
    "request.open": _("去办"), "request.closed": _("看结果"), "looks.many": _("去核对"), "looks.asked": _("去批准"),
    "looks.answered": _("看看"),
    "incident.opened": _("去处理"), "incident.late": _("去补上"), "incident.reported": _("给指示"),
}  # fmt: skip
THINGS: dict[str, Any] = {
    "customer": _("看客户"), "transfer": _("看客户"),
    "visit": _("看到访"), "collision": _("看案子"), "lead": _("看客户"), "password": _("看账号"), "second_factor": _("看账号"),
    "session": _("看账号"), "identity": _("看账号"),
}  # fmt: skip
# A visitor is at the desk, a colleague waits for an answer, something happened on site: no quiet hours or digest hold these back.
URGENT = frozenset(
    {
        "visit.arrived",
        "visit.handed",
        "visit.nobody",
        "visit.passed_on",
        "visit.unanswered",
        "visit.missed",
        "announced.check",
        "announced.call",
        "precheck.contact",
        "incident.opened",
    }
)
# What its reader may say is done. Everything else is done by doing it: evidence by submitting it, a case by ruling on it.
SAID_DONE: dict[str, Any] = {
    "precheck.asked": _("对过了"), "precheck.contact": _("对过了"),
    "permission.asked": _("先不允许"), "precheck.probing": _("看过了"), "inbound.unknown": _("看过了"),
}  # fmt: skip


def action(kind: str) -> str:
    """What the button beside a message of this kind says."""
    return str(ACTIONS.get(kind) or THINGS.get(kind.partition(".")[0]) or _("看看"))
