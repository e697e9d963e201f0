"""What becomes of evidence that says more than the case needs, once the case is over (PIPL 28–29: household registers, call lists).

Of a call list two things go: the file, and the two numbers that were put on record out of it. Which number was whose the ruling
has by tokens only (arbitration/casefile), and so it stays as it was found.
"""

from datetime import datetime
from typing import Any

from django.db.models import F, JSONField, Value
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from arbitration import appeals
from arbitration.models import CLOSED, Attachment, AttachmentContent, CaseEvent, Claim, Collision
from trail.retention import Kept, blanked

SENSITIVE = (Attachment.Kind.PROOF, Attachment.Kind.CALL_LIST)
NO_NUMBERS = {"own": "", "customer": ""}  # of a call, in the payload of its event
LEAST = 60  # days: no policy leaves the parties longer to appeal (services/erasing.py)


def of_closed_cases(before: datetime) -> Any:
    """Household registers, marriage certificates and call lists of cases that were over by then, appeals and all."""
    waits = appeals.pending().values("ruling__collision")
    rows = AttachmentContent.objects.filter(attachment__kind__in=SENSITIVE, attachment__collision__state__in=CLOSED)
    rows = rows.filter(attachment__collision__changed_at__lte=before)
    return rows.exclude(original=b"").exclude(attachment__collision__in=waits)


def numbers_of_closed_cases(before: datetime) -> Any:
    """Call lists on record, of such cases, that still hold a number."""
    rows = CaseEvent.objects.filter(type=CaseEvent.Type.CALL_LIST, collision__state__in=CLOSED)
    rows = rows.filter(collision__changed_at__lte=before).exclude(payload__contains=NO_NUMBERS)
    return rows.exclude(collision__in=appeals.pending().values("ruling__collision"))


def _forget(before: datetime, at: datetime, _after: str) -> str:
    kind = JSONField()
    payload = CombinedExpression(F("payload"), "||", Value(NO_NUMBERS, kind), kind)
    return blanked(of_closed_cases(before), code="evidence", at=at, original=b"", shown=None) or blanked(
        numbers_of_closed_cases(before), code="evidence", at=at, guarded=True, payload=payload
    )


def cases_since(before: datetime) -> Any:
    """Cases in which something happened since: their customers are not let go of."""
    return Collision.objects.filter(changed_at__gt=before)


def claims_since(before: datetime) -> Any:
    """The same of cases about a thing: its claims name the customers."""
    return Claim.objects.filter(collision__changed_at__gt=before)


CLASSES = [
    Kept(
        "evidence", _("户口本、结婚证、通话清单"), _("文件内容和清单里的号码删掉；指纹和时间留着"),
        _("个人信息保护法 28、29 条：敏感信息，用完就删。从裁定、申诉完算起"), 90, LEAST, 365,
        lambda before: of_closed_cases(before).count() + numbers_of_closed_cases(before).count(), _forget,
    ),
]  # fmt: skip
