"""How people want to hear of things outside the inbox, and through which server mail goes out."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.user import User


class NoticeSettings(models.Model):
    """What one person wants by e-mail and when. Nobody's row is missing: without one these defaults count."""

    class Mail(models.TextChoices):
        ALL = "all", _("都发邮件")
        TO_DO = "to_do", _("只发要我做的")
        NONE = "none", _("不发邮件")

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", _("马上")
        DAILY = "daily", _("每天一封")

    user = models.OneToOneField(User, models.CASCADE, related_name="notice_settings")
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.ALL)
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.AT_ONCE)
    daily_at = models.TimeField(default=time(9, 7), help_text="local time of the daily digest")
    quiet_from = models.TimeField(null=True, blank=True, default=time(21))
    quiet_until = models.TimeField(null=True, blank=True, default=time(8))


class MailServer(models.Model):
    """The server through which mail goes out; one row, or none: then nothing is mailed and the pages say so."""

    class Security(models.TextChoices):
        TLS = "tls", "SSL/TLS"
        STARTTLS = "starttls", "STARTTLS"
        NONE = "none", _("不加密（只限本机）")

    id = models.SmallIntegerField(primary_key=True, default=1)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=465)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=200, blank=True)
    sealed_password = models.BinaryField(null=True)
    sender = models.EmailField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="mail_server_is_one")]
