"""Where something sealed, or a blind index, lies in the database. A column of bytes that is in none of these lists fails a test."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from trail.history import guarded

# Sealed, though their names do not begin with it.
FILES = {
    "arbitration.AttachmentContent": ("original", "shown"),
    "penalties.AccusationFileContent": ("original", "shown"),
    "finance.ExportPart": ("content",),
}
# Of these a row may be of many megabytes: one at a time.
LARGE = {"arbitration.AttachmentContent", "penalties.AccusationFileContent", "finance.ExportPart", "leads.ImportRun"}
# Blind indexes that are computed anew. Phone is last, and its oldest row the last of all: `fitting` looks at that one.
INDEXED = {
    "leads.Registration": ("m34", "ends33"),
    "leads.PreCheck": ("index", "bucket"),
    "leads.WorkPhone": ("whole",),
    "leads.Phone": ("whole", "m34", "ends33", "last4"),
}
# Under an index key too, but dropped or looked up under every key: rows to lock, codes that nobody knows, requests of programs.
KEYED = {"leads.ClaimKey": ("index",), "people.RecoveryCode": ("digest",), "trail.Once": ("key", "body")}
# Numbers that somebody knows: what an index can be computed from.
NUMBERS = {"leads.Phone": "sealed", "leads.Registration": "sealed_number", "leads.WorkPhone": "sealed"}
# Not ours to seal: digests, and what must be read without a key.
PLAIN = {
    "trail.Mark": ("digest", "salt"),
    "trail.Seal": ("content", "before", "digest"),
    "people.ApiToken": ("digest",),
    "leads.ImportRun": ("digest",),
    "arbitration.Attachment": ("sha256",),
    "arbitration.PolicyVersion": ("canonical", "sha256"),
    "arbitration.Ruling": ("case_canonical", "case_sha256", "proposal_canonical", "proposal_sha256"),
    "penalties.AccusationFile": ("sha256",),
    "finance.Export": ("sha256",),
    "finance.PeriodEvent": ("digest",),
    "finance.StatementAnswer": ("digest",),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: how its rows are named, whether they are large, and what keeps others from changing it."""

    model: Any
    name: str

    @property
    def table(self) -> str:
        """Its table."""
        return str(self.model._meta.db_table)

    @property
    def pk(self) -> str:
        """The column that names a row."""
        return str(self.model._meta.pk.column)

    @property
    def large(self) -> bool:
        """Whether one row may be many megabytes."""
        return self.model._meta.label in LARGE

    @property
    def marked(self) -> bool:
        """Whether each change would leave a mark, with what stood there before: then it stays as it is, under its old key."""
        return self.table in guarded()

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def of_bytes() -> list[Column]:
    """Every column of bytes that there is."""
    return [
        Column(model, str(field.column))
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.BinaryField)
    ]


def sealed() -> list[Column]:
    """Those that are sealed."""
    return [one for one in of_bytes() if one.name.startswith("sealed") or one.name in FILES.get(_label(one), ())]


def indexed() -> list[Column]:
    """Those that hold blind indexes, in the order in which they are computed anew."""
    return [Column(apps.get_model(label), name) for label, names in INDEXED.items() for name in names]


def _label(one: Column) -> str:
    return str(one.model._meta.label)
