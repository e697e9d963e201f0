"""What may be proposed against somebody, in one list: for rulings, their check page, and the list of proposals."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SanctionKind(models.TextChoices):
    """The kinds of the case format. Money is only ever recorded (trust.md §4)."""

    CRITICISM = "criticism", _("批评")
    RECTIFY = "rectify", _("限期改正")
    WARNING = "warning", _("警告")
    WRITTEN_WARNING = "written_warning", _("书面警告")
    SUSPENSION = "suspension", _("停接")
    FINE = "fine", _("罚款（只记录，不扣款）")
    COMPENSATION = "compensation", _("赔偿损失")
    DISMISSAL = "dismissal", _("解除")


# What the one who rules may propose on his own; the rest needs a clause.
BY_HAND = (
    SanctionKind.CRITICISM, SanctionKind.WARNING, SanctionKind.WRITTEN_WARNING, SanctionKind.SUSPENSION, SanctionKind.FINE,
)  # fmt: skip
