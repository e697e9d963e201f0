"""How somebody came in: sessions as people see them, and logins that another system vouches for (单点登录)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.user import User


class SignIn(models.Model):
    """One session of a person, as they see it: where it began, when it was last used, how it ended.

    The session itself is Django's; `session_key` names it while it lives and is empty afterwards. Rows are kept 180 days.
    """

    class Way(models.TextChoices):
        PASSWORD = "password", _("密码")
        CODE = "code", _("密码和验证码")
        PROVIDER = "provider", _("企业账号")

    class Ended(models.TextChoices):
        LOGOUT = "logout", _("自己退出")
        BY_OWNER = "by_owner", _("在别处退出")
        BY_ADMINISTRATOR = "by_admin", _("管理员让退出")
        ROLE = "role", _("角色变了")
        LEFT = "left", _("停用或离职")
        PASSWORD = "password", _("改了密码")
        OVER = "over", _("到时间了")

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, blank=True)
    way = models.CharField(max_length=10, choices=Way)
    device = models.CharField(max_length=200, blank=True, help_text="what the browser says it is")
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="last used, to five minutes")
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, choices=Ended, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session_key"], condition=~Q(session_key=""), name="sign_in_of_session"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended="")
                | (Q(ended_at__isnull=False, session_key="") & ~Q(ended="")),
                name="sign_in_ended_has_no_session",
            ),
        ]
        indexes = [
            # One's own sessions, and those to end when somebody leaves.
            models.Index(fields=["user", "-at"], name="sign_in_of_user"),
        ]


class Provider(models.Model):
    """A system that vouches for people: 企业微信, 钉钉, 飞书, or whatever speaks OpenID Connect.

    `address` is the issuer of OpenID Connect; of the others, where their servers are (empty: the public ones; else a private one).
    """

    class Kind(models.TextChoices):
        WECOM = "wecom", _("企业微信")
        DINGTALK = "dingtalk", _("钉钉")
        FEISHU = "feishu", _("飞书")
        OIDC = "oidc", "OpenID Connect"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=40, help_text="what the button at the login says")
    address = models.CharField(max_length=200, blank=True)
    client = models.CharField(max_length=120, help_text="AppKey, App ID, client id; CorpID of 企业微信")
    agent = models.CharField(
        max_length=40,
        blank=True,
        help_text="AgentId of 企业微信; of 钉钉 the CorpId, of 飞书 the tenant_key that people must be of",
    )
    sealed_secret = models.BinaryField()
    on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "client", "address"], name="provider_once")]

    def __str__(self) -> str:
        return self.name


class ExternalIdentity(models.Model):
    """Who somebody is at a provider. Keyed by the provider and its own id alone: never by a telephone number or an address."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="identities")
    external_id = models.CharField(max_length=128)
    user = models.ForeignKey(User, models.CASCADE, related_name="external_identities")
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="external_identity_of_one_person"),
            models.UniqueConstraint(fields=["provider", "user"], name="external_identity_once_a_person"),
        ]
