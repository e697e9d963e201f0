"""Complaints and incidents (D06, D15-3, D16): one small log. It never touches ownership or money (G-50)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models import Customer
from people.models import Project, Site, User
from visits.models.visit import Visit


class Incident(models.Model):
    """A complaint of a customer, somebody who left without paying (跑单), an accident, one thing sold twice."""

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", _("客户投诉")
        WALKOUT = "walkout", _("顾客跑单")
        TRAFFIC = "traffic", _("交通事故")
        DOUBLE_SALE = "double_sale", _("同一套卖了两次")

    class Cause(models.TextChoices):
        LATE_DELIVERY = "late_delivery", _("交付延迟")
        NO_AFTER_SALES = "no_after_sales", _("售后服务缺失")
        NOT_AS_EXPECTED = "not_as_expected", _("产品不符合需求")
        DEFECT = "defect", _("产品缺陷")
        DAMAGED = "damaged", _("产品损坏")
        COMMUNICATION = "communication", _("沟通障碍")
        SERVICE = "service", _("服务质量")
        CHANGED_NEEDS = "changed_needs", _("客户需求变化")
        OTHER = "other", _("其他")

    no = models.CharField(max_length=24, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    cause = models.CharField(max_length=16, choices=Cause, blank=True)
    what = models.CharField(max_length=1000)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="incidents")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="incidents")
    in_charge = models.ForeignKey(User, models.PROTECT, null=True, related_name="incidents", help_text="现场负责人")
    happened_at = models.DateTimeField(help_text="discovered or complained about: terms run from here")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    found = models.CharField(max_length=1000, blank=True, help_text="what came of it, for the review")
    left_undone = models.CharField(
        max_length=300, blank=True, help_text="why it was closed with steps undone that must be done"
    )
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    objects: Any = models.Manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_at__gte=models.F("happened_at")), name="incident_after_it_happened"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-happened_at"], name="incident_log"),
            models.Index(fields=["project"], condition=Q(closed_at__isnull=True), name="incident_open"),
        ]


class IncidentStep(models.Model):
    """One thing that must be done about an incident, by when; the steps of each kind are in visits/incidents."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="steps")
    code = models.CharField(max_length=24)
    due_at = models.DateTimeField(null=True, help_text="exactly then is in time; none: no term in the text")
    done_at = models.DateTimeField(null=True, help_text="as its doer says; never in the future")
    noted_at = models.DateTimeField(null=True, help_text="when that was entered")
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=2000, blank=True)
    evidence = models.JSONField(default=list, help_text="kinds of evidence kept: video, cashier_record, photo")
    told_late_at = models.DateTimeField(null=True)
    objects: Any = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "code"], name="incident_step_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="incident_step_done_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(done_at__isnull=True, told_late_at__isnull=True),
                name="incident_step_late",
            ),
        ]
