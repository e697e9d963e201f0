"""What becomes of the files of an accusation once it is over, and whatever sanction came of it (trail/retention.py).

The words stay, with who judged them and how; of a file its digest and size. Whoever is sanctioned may go to labour arbitration
for a year, and the employer has to prove what was decided on (劳动争议调解仲裁法 27, 法释〔2020〕26 §44): before that no file goes.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from penalties.models import AccusationFileContent, AccusationStep, Sanction, SanctionStep
from penalties.models.accusation import CLOSING
from penalties.steps import OPEN
from trail.retention import Kept, blanked

K = SanctionStep.Kind
WAITS = OPEN | {K.APPEALED, K.PAYABLE}  # somebody has still to do something


def of_closed_accusations(before: datetime) -> Any:
    """Files of accusations that were over by then; no sanction for them was still on its way."""
    ended = AccusationStep.objects.filter(
        accusation=OuterRef("file__step__accusation"), kind__in=CLOSING, at__lte=before
    )
    last = SanctionStep.objects.filter(sanction=OuterRef("pk")).order_by("-number")
    going = Sanction.objects.filter(act=OuterRef("file__step__accusation__no")).annotate(
        state=Subquery(last.values("kind")[:1]), moved=Subquery(last.values("at")[:1])
    )
    on_its_way = Exists(going.filter(Q(state__in=WAITS) | Q(moved__gt=before)))
    return AccusationFileContent.objects.filter(Exists(ended), ~on_its_way).exclude(original=b"")


CLASSES = [
    Kept(
        "accusation", _("举报的证据文件"), _("文件内容删掉；证据的文字、认定和文件指纹留着"),
        _("个人信息保护法 19 条。从举报和处分都办完算起；劳动争议一年内可以申请仲裁，公司要举证"), 730, 365, 1096,
        lambda before: of_closed_accusations(before).count(),
        lambda before, at, _after: blanked(of_closed_accusations(before), code="accusation", at=at, original=b"", shown=None),
    )
]  # fmt: skip
