"""Everything that names a customer, in whichever app: what a merge moves, and in what words it says so."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leads.models import Customer, Merge

Reference = tuple[type[models.Model], str]
# What is worth a line on the page that asks whether to merge.
WORDS: dict[str, Any] = {
    "leads.Registration": _("报备"), "leads.Ownership": pgettext_lazy("what names a customer", "归属"), "leads.Phone": _("号码"),
    "leads.Contact": _("跟进"),
    "leads.NotebookEntry": _("三本里的记录"), "leads.Relation": _("关系"), "leads.Deposit": _("定金"), "leads.Deal": _("签单"),
    "leads.Task": _("待办"), "leads.Deed": _("归属协议"), "leads.Transfer": _("转交"),
    "visits.Visit": pgettext_lazy("what names a customer", "到访"), "arbitration.Collision": _("撞单"),
}  # fmt: skip


def references() -> Iterator[Reference]:
    """Every column that names a customer; neither old versions of rows, nor what says who was merged."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        model, column = relation.related_model, relation.field.attname  # type: ignore[union-attr]
        if model not in (Customer, Merge) and not hasattr(model, "instance_type"):
            yield model, column  # type: ignore[misc]


def counted(customer: Customer) -> list[tuple[Any, int]]:
    """How much of what names this customer, in words; nothing of which there is none."""
    found: Counter[str] = Counter()
    for model, column in references():
        if (label := model._meta.label) in WORDS:
            found[label] += model._base_manager.filter(**{column: customer.pk}).count()
    return [(WORDS[label], found[label]) for label in WORDS if found[label]]
