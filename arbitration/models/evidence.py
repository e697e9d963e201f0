"""What bears on a case: events that no page of its own records, and files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arbitration.models.case import Collision
from people.models import User


class CaseEvent(models.Model):
    """Something that bears on a case and that no page of its own records: evidence and steps of the case format. Append-only.

    `payload` holds ids, times and choices; telephone numbers only sealed (leads/vault.py). What each type keeps stands in
    `services/evidence.py`.
    """

    class Type(models.TextChoices):
        CALL_LIST = "call_list", _("通话清单")
        OBJECTION = "objection", _("异议")
        SLIP = "slip", _("到访确认单")
        BRING = "bring", _("带看")
        CLOSING = "closing", _("签约在场")
        PROOF = "proof", _("关系证明")
        NEGOTIATION = "negotiation", _("协商结果")
        # The rest of the case format (spec case-format.md): each has a form generated from `arbitration/events/format.py`
        EVIDENCE = "evidence", _("证据认定")
        OFFER = "offer", _("报价")
        TERMS_FIXED = "terms_fixed", _("条件敲定")
        HOLD_REQUEST = "hold_request", _("申请保留")
        EFFORT = "effort", _("付出")
        WORK_ORDER = "work_order", _("生产订单")
        CONTRACT = "contract", _("合同")
        CANCELLATION = "cancellation", _("解约")
        SAID = "statement", _("客户的话")
        INVITATION = "invitation", _("邀约")
        REFERRAL = "referral", _("转介绍")
        RECEPTION = "reception", _("接待")
        CONTACT = "contact", _("联系")
        ACCUSATION = "accusation", _("举报")
        ESCALATION = "escalation", _("上报总经理")
        KNOWN = "collision_known", _("得知撞单")
        REPORTED = "collision_reported", _("上报撞单")
        NOTICE = "notice", _("告知")
        INVESTIGATION = "investigation", _("调查")
        CONSENT = "consent", _("同意和批准")
        TRANSFER = "transfer", _("转交")
        WITHDRAWAL = "withdrawal", _("放弃")
        CONDUCT = "conduct", _("违规行为")
        LOSS = "loss", _("损失")
        RECORD_UPDATE = "record_update", _("更新记录")
        # What the application has of a visit, a customer or a person, and what the policy asks beside it
        REPORT = "report", _("线下报备")
        VISIT = "visit", _("到访补记")
        CUSTOMER = "customer", _("客户情况")
        PERSON = "person", _("人员情况")

    collision = models.ForeignKey(Collision, models.PROTECT, related_name="events")
    type = models.CharField(max_length=20, choices=Type)
    payload = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["collision", "at"], name="case_event_of_case")]  # a case, in order


class Attachment(models.Model):
    """A file that somebody brought for a case: staged, then submitted; submitted is final, more can be added.

    `says`: what it proves, in a line. `redacted_of`: a copy in which something was made unreadable; the original stays, for who rules.
    `event`: what of the case format was read out of it. What is shown is made by us out of what was sent (`content`); what was sent is
    only ever handed out as a download to who may see it.
    """

    class Kind(models.TextChoices):
        CALL_LIST = "call_list", _("通话清单")
        SLIP = "slip", _("到访确认单")
        MESSAGE = "message", _("聊天和短信")
        PROOF = "proof", _("关系证明")
        CONTRACT = "contract", _("合同")
        OTHER = "other", _("其他")

    class State(models.TextChoices):
        STAGED = "staged", _("没提交")
        SUBMITTED = "submitted", _("已提交")
        WITHDRAWN = "withdrawn", _("已撤下")

    collision = models.ForeignKey(Collision, models.PROTECT, related_name="attachments")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    says = models.CharField(max_length=200)
    name = models.CharField(max_length=120, help_text="made by us, without what it was called")
    media_type = models.CharField(max_length=80, help_text="by its content, never by its name")
    size = models.PositiveIntegerField(help_text="bytes of the original")
    sha256 = models.BinaryField(max_length=32, help_text="of the original, as it was sent")
    state = models.CharField(max_length=10, choices=State, default=State.STAGED)
    staged_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    redacted_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="redacted")
    event = models.ForeignKey(CaseEvent, models.PROTECT, null=True, related_name="attachments")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="submitted", submitted_at__isnull=False) | ~Q(state="submitted"),
                name="attachment_submitted_when",
            ),
        ]
        indexes = [models.Index(fields=["collision", "state"], name="attachment_of_case")]


class AttachmentContent(models.Model):
    """The bytes of a file, sealed: the original, and what is shown of it, re-encoded. Apart, so that lists stay light."""

    attachment = models.OneToOneField(Attachment, models.PROTECT, primary_key=True, related_name="content")
    original = models.BinaryField()
    shown = models.BinaryField(null=True)
