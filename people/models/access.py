"""What lets somebody in beside the password: the second factor, and tokens for programs. No secret is kept in clear."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from people.models.organisation import Project
from people.models.user import User
from people.roles import Right


class SecondFactor(models.Model):
    """A person's TOTP secret (RFC 6238), sealed. Counts once `confirmed_at` is set; a time step is used at most once.

    `sealed_next` is that of another telephone, which waits for its first code while the one before still counts.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    sealed_secret = models.BinaryField()
    sealed_next = models.BinaryField(null=True)
    begun_at = models.DateTimeField(help_text="when the secret was made that waits, or waited, for its first code")
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0, help_text="the newest time step that was used")


class RecoveryCode(models.Model):
    """A code for a lost telephone, usable once; only its keyed digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=16)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]


class ApiToken(models.Model):
    """Lets a program act for its owner in one project. Only a digest is kept; it never may more than its owner may."""

    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    start = models.CharField(max_length=12, help_text="the first characters, to tell tokens apart")
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), help_text="rights; those of the owner still bound them")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-made_at"], name="api_token_of_user")]  # one's own tokens

    @property
    def labels(self) -> list[str]:
        """What it may do, in words."""
        return [str(Right(scope).label) for scope in self.scopes]
