"""What the kinds of messages mean to their reader: the one thing to do about each, and which cannot wait.

A kind is `thing.event`. The kinds of every app are named here, as the audit log's actions are in `people/audit.py`: words only.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "password.changed": _("看账号"), "password.link": _("看账号"), "visit.arrived": _("去接待"), "visit.handed": _("去接待"),
    "collision.evidence": _("交证据"), "collision.escalated": _("去裁定"), "collision.opened": _("写陈述"),
    "collision.ruled": _("看结果"), "lead.contested": _("看客户"),
}  # fmt: skip
THINGS: dict[str, Any] = {
    "visit": _("看到访"), "collision": _("看案子"), "lead": _("看客户"), "password": _("看账号"), "second_factor": _("看账号"),
}  # fmt: skip
# A visitor stands at the desk: neither quiet hours nor a digest hold these back.
URGENT = frozenset({"visit.arrived", "visit.handed"})
# What its reader may say is done. Everything else is done by doing it: evidence by submitting it, a case by ruling on it.
SAID_DONE: dict[str, Any] = {"visit.arrived": _("接到了"), "visit.handed": _("接到了")}


def action(kind: str) -> str:
    """What the button beside a message of this kind says."""
    return str(ACTIONS.get(kind) or THINGS.get(kind.partition(".")[0]) or _("看看"))
