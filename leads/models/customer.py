"""One customer, one identity: numbers, name, relations, and what was said to them."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from simple_history.models import HistoricalRecords

from leads import vault
from leads.screening import phones
from people.models import Project, User

# What stands in place of a name once everything that says who somebody is was taken out (leads/privacy).
FROZEN_NAME, ERASED_NAME = gettext_noop("已停用的客户"), gettext_noop("已删除的客户")


class Customer(models.Model):
    """A person or a company that may buy. One for the whole installation; who follows them is per project."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        COMPANY = "company", _("企业")

    class Source(models.TextChoices):
        WALK_IN = "walk_in", _("自然到访")
        FIELD = "field", _("外拓")
        WEB = "web", _("网络")
        APP = "app", _("小程序")
        LIST = "list", _("名单")
        REFERRAL = "referral", _("老客户介绍")
        AGENCY = "agency", _("分销")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("姓名"), max_length=80)
    honorific = models.CharField(_("称呼"), max_length=12, blank=True)
    pinyin = models.CharField(max_length=200, help_text="toneless, without blanks: zhangjianguo")
    initials = models.CharField(max_length=80, help_text="zjg")
    source = models.CharField(max_length=10, choices=Source, default=Source.FIELD)
    code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, help_text="companies; another word for who it is (G-38)"
    )
    company_key = models.CharField(
        max_length=80, blank=True, help_text="a company's full name for comparing (screening.companies.plain)"
    )
    company_core = models.CharField(
        max_length=80,
        blank=True,
        db_default="",
        help_text="the part of it that people use, without place: what a short form begins",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
        help_text="the record that stands for this one",
    )
    created_at = models.DateTimeField()
    history = HistoricalRecords(user_db_constraint=False, no_db_index=["merged_into"])
    # Drawn as an agency reported them (leads/reads/access.py): to be shown, never to be stored
    as_told = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code="") & Q(merged_into__isnull=True), name="customer_code_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="company") | Q(code="", company_key=""), name="customer_code_of_company"
            ),
        ]
        indexes = [
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_was_merged"),
            # A company by its full name, or by the beginning of it.
            models.Index(
                fields=["company_key"],
                condition=~Q(company_key=""),
                name="customer_by_company",
                opclasses=["varchar_pattern_ops"],
            ),
            # A company by the beginning of what people call it.
            models.Index(
                fields=["company_core"],
                condition=~Q(company_core=""),
                name="customer_by_company_core",
                opclasses=["varchar_pattern_ops"],
            ),
            # The desk's search by name, pinyin and initials, by their beginning: found and put in order by the same index, so
            # that a surname of which there are thousands costs no more than a rare one.
            *(
                models.Index(Collate(key, "C"), "id", name=f"customer_by_{key}")
                for key in ("name", "pinyin", "initials")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}{self.honorific}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store; raises TypeError for what stands here as somebody was told it."""
        if self.as_told:
            raise TypeError("this customer is drawn as an agency reported them")
        super().save(*args, **kwargs)

    @property
    def stopped(self) -> bool:
        """Whether they are frozen or erased: nobody gets in touch with them or does anything about them (PIPL 47)."""
        return self.name in (FROZEN_NAME, ERASED_NAME)


class PhoneQuery(models.QuerySet["Phone"]):
    """Numbers by what is known of them. Nothing here reads a number in clear but `fitting`."""

    def whole(self, e164: str) -> "PhoneQuery":
        """Wholly this number, of records that stand for themselves; whose it was first comes first (others share it)."""
        return self.filter(whole=vault.whole(e164), customer__merged_into=None).order_by("shared", "pk")

    def ending(self, digits: str) -> "PhoneQuery":
        """Numbers by their last four digits."""
        return self.filter(last4=vault.last4(digits), customer__merged_into=None)

    def fitting(self, masked: str) -> list["Phone"]:
        """Numbers that a masked one may be. 前三后四 has its own index; other masks are compared inside their bucket."""
        if phones.is_first3_last4(masked):
            found = self.filter(m34=vault.first3_last4(masked[:3], masked[-4:]))
        else:
            found = self.filter(ends33=vault.ends(masked[:3], masked[-3:]))
        found = found.filter(customer__merged_into=None)
        return [phone for phone in found if phones.mask_fits(masked, phone.national)]


class Phone(models.Model):
    """A number of a customer: encrypted, and found by its blind indexes.

    One number is one customer's, unless somebody confirmed that another person uses it too: theirs is `shared` (G-12).
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="phones", db_index=False, db_constraint=False
    )  # phone_by_customer holds it
    sealed = models.BinaryField()
    whole = models.BinaryField(max_length=16)
    m34 = models.BinaryField(max_length=16)
    ends33 = models.BinaryField(max_length=16)
    last4 = models.BinaryField(max_length=16)
    entered_at = models.DateTimeField(help_text="a link counts from its entry (G-13)")
    shared = models.BooleanField(default=False, help_text="somebody else's number too; theirs came first")
    entered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False,
        help_text="of a number added later",
    )  # fmt: skip
    proof = models.CharField(max_length=100, blank=True, help_text="what shows that an added number is theirs")
    objects: Any = PhoneQuery.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whole"], condition=Q(shared=False), name="phone_of_one_customer"),
            models.UniqueConstraint(fields=["whole", "customer"], name="phone_once_a_customer"),
        ]
        indexes = [
            # A customer's numbers, the first of them first: an export asks it for every line.
            models.Index(fields=["customer", "id"], name="phone_by_customer"),
            # A masked report against the whole numbers.
            models.Index(fields=["m34"], name="phone_by_first3_last4"),
            models.Index(fields=["ends33"], name="phone_by_ends"),
            # The desk, when somebody knows the last four digits: those entered last come first.
            models.Index(fields=["last4", "id"], name="phone_by_last4"),
        ]

    @classmethod
    def of(cls, customer: Customer, e164: str, at: Any) -> "Phone":
        """A number of this customer, not saved yet."""
        digits = phones.national(e164)
        return cls(
            customer=customer,
            sealed=vault.seal(e164),
            whole=vault.whole(e164),
            m34=vault.first3_last4(digits[:3], digits[-4:]),
            ends33=vault.ends(digits[:3], digits[-3:]),
            last4=vault.last4(digits[-4:]),
            entered_at=at,
        )

    @property
    def e164(self) -> str:
        """The number in clear. Whoever shows it to a person goes through `services.reveal`."""
        return vault.unseal(self.sealed)

    @property
    def national(self) -> str:
        """The number as people write it, 13912343333."""
        return phones.national(self.e164)

    @property
    def masked(self) -> str:
        """前三后四, for desk and case."""
        return phones.mask34(self.national)

    @property
    def tail(self) -> str:
        """Only the last four digits, for lists."""
        return "*" * 7 + self.national[-4:]


class RelationQuery(models.QuerySet["Relation"]):
    """Relations, composed."""

    def of_people(self) -> "RelationQuery":
        """Kin, friends and acquaintances; not the contacts and affiliates of companies."""
        return self.exclude(kind__in=(Relation.Kind.CONTACT, Relation.Kind.LINKED))


class Relation(models.Model):
    """Two customers, or a customer and somebody who works here, are kin, friends or one household."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse", _("配偶")
        PARENT_CHILD = "parent_child", _("父母子女")
        GRANDPARENT = "grandparent", _("祖孙")
        SIBLING = "sibling", _("兄弟姐妹")
        OTHER_KIN = "other_kin", _("其他亲戚")
        FRIEND = "friend", _("朋友")
        ACQUAINTANCE = "acquaintance", _("熟人")
        CONTACT = "contact", _("公司的联系人")
        LINKED = "linked", _("关联公司")

    class Proof(models.TextChoices):
        HOUSEHOLD_REGISTER = "household_register", _("户口本")
        MARRIAGE_CERTIFICATE = "marriage_certificate", _("结婚证")
        STATEMENT = "statement", _("客户共同声明")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="relations")
    other = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    declared_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proof = models.CharField(_("凭据"), max_length=20, choices=Proof, blank=True)
    proof_at = models.DateTimeField(
        null=True, help_text="when the house saw it (D07-8.7); the copy itself belongs to a case"
    )
    proof_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objects: Any = RelationQuery.as_manager()
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proof="", proof_at__isnull=True, proof_by__isnull=True)
                | Q(~Q(proof=""), proof_at__isnull=False, proof_by__isnull=False),
                name="relation_proof_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(other__isnull=False, staff__isnull=True) | Q(other__isnull=True, staff__isnull=False),
                name="relation_to_customer_or_staff",
            ),
        ]


class Contact(models.Model):
    """Somebody was in touch with a customer (跟进). Append-only: what was said is not said otherwise later."""

    class Mode(models.TextChoices):
        CALL = "call", _("电话")
        IM = "im", _("微信")
        FIELD_VISIT = "field_visit", _("拜访")
        SAMPLE = "sample", _("送样")
        QUOTE = "quote", _("报价")
        NEGOTIATE = "negotiate", _("洽谈")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Said(models.TextChoices):
        """What the customer says when asked whether a colleague deals with them already (D20-1d)."""

        NONE = "none", _("没有")
        PHONED = "phoned", _("只通过电话")
        VISITED = "visited", _("拜访过")
        SAMPLED = "sampled", _("送过样")
        COOPERATING = "cooperating", _("在合作")
        NEGLECTED = "neglected", _("很久没有人联系")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contacts")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=12, choices=Mode)
    note = models.CharField(max_length=200, blank=True)
    connected = models.BooleanField(db_default=True, default=True, help_text="whether the customer was reached")
    asked_first = models.BooleanField(
        null=True, help_text="whether they asked first if a colleague deals with the customer (D20-1d)"
    )
    answer = models.CharField(max_length=12, choices=Said, blank=True, db_default="")
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="who followed the customer then, where it was somebody else",
    )
    unqueried = models.BooleanField(
        db_default=False, default=False, help_text="not theirs, and not looked up in the 24 hours before (D02-3.2)"
    )
    sampled_before = models.BooleanField(
        db_default=False, default=False, help_text="a sample to a customer who had one already (D20-0.6)"
    )
    claimed_at = models.DateTimeField(null=True, help_text="when it was, as somebody says; `at` decides (G-35)")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # One story, in order; and who was in touch lately.
            models.Index(fields=["customer", "project", "at"], name="contact_of_customer"),
            models.Index(fields=["by", "project", "at"], name="contact_of_person"),  # a week's visits
        ]
