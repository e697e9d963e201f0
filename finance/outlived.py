"""What becomes of exported files when their time is over (trail/retention.py)."""

from django.utils.translation import gettext_lazy as _

from finance.models import ExportPart
from trail.retention import Kept

CLASSES = [
    Kept(
        "export", _("导出的文件"), _("链接 15 分钟后失效，文件删掉"), _("个人信息保护法 19 条"), 0,
        count=lambda before: ExportPart.objects.filter(export__expires_at__lte=before).count(),
    )
]  # fmt: skip
