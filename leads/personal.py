"""What the register, the notebooks and the mail of reports hold of a customer, and what becomes of it (trail/personal.py)."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from leads import vault
from leads.models import ImportRow, InboundMessage
from leads.screening import phones
from trail.personal import CODE, NUMBER, OURS, Table, Them, hide
from trail.vault import indexes

SOMEBODY = re.compile(r"\d{3}[\d*＊xX]{3,5}\d{3,4}")  # a telephone number, whole or masked


def by_index(them: Them) -> Q:
    """Questions about their numbers from before anybody knew whose those were."""
    return Q(index__in=[index for number in them.numbers for index in indexes("whole", number)])


def by_bucket(them: Them) -> Q:
    """Allowances that count how often a mask was tried that fits one of their numbers."""
    found = Q(pk__in=[])
    for digits in map(phones.national, them.numbers):
        for bucket in indexes("m34", digits[:3] + digits[-4:]):
            found |= Q(key__contains=bucket.hex())
    return found


def unsettled(them: Them) -> Q:
    """Mails and messages that led to no report and name one of their numbers."""
    rows = InboundMessage.objects.filter(registrations=None).only("pk", "sealed_text")
    return Q(pk__in=list(_naming(them, ((row.pk, row.sealed_text) for row in rows.iterator()))))


def unfiled(them: Them) -> Q:
    """Rows of a file that led to no report and name one of their numbers."""
    rows = ImportRow.objects.filter(registration=None, sealed_cells__isnull=False).values_list("pk", "sealed_cells")
    return Q(pk__in=list(_naming(them, rows.iterator())))


def _naming(them: Them, rows: Iterator[Any]) -> Iterator[int]:
    return (pk for pk, sealed in rows if them.numbers and them.named_in(vault.unseal(sealed)))


def without_their_lines(them: Them, sealed: bytes | None) -> bytes | None:
    """A message without the lines that name them; nothing of it, where what is left names nobody else."""
    text = vault.unseal(sealed) if sealed else ""
    lines = text.splitlines()
    left = [line for line in lines if not them.named_in(line) and not any(name in line for name in them.names)]
    if len(left) == len(lines):
        return sealed
    rest = "\n".join(left)
    return vault.seal(rest) if SOMEBODY.search(rest) else vault.seal("")


TABLES = [
    Table("leads.Phone", of=("customer",), number=("sealed",), goes=True),
    Table("leads.Relation", of=("customer", "other"), goes=True),
    Table(
        "leads.Registration", of=("customer",), name=("name",), blank=("honorific", "m34", "ends33", "sealed_text"),
        number=("sealed_number",), kept={"no": NUMBER, "agency": OURS},
    ),
    Table("leads.PreCheck", of=("customer", by_index), blank=("index", "bucket")),
    Table("leads.Contact", of=("customer",), blank=("note",)),
    Table("leads.VisitNote", of=("contact__customer",), blank=("purpose", "result")),
    Table("leads.Profile", of=("customer",), blank=("needs", "intent", "region", "industry")),
    Table("leads.Task", of=("customer",), text=("what",), blank=("done_note",)),
    Table("leads.Review", of=("registration__customer",), blank=("why",)),
    Table("leads.NotebookEntry", of=("customer",), blank=("note",), kept={"source": NUMBER}),
    Table("leads.Deed", of=("customer",), blank=("terms",), kept={"no": NUMBER}),
    Table("leads.Transfer", of=("customer",), text=("reason",), blank=("decision", "told"), kept={"no": NUMBER, "reached": OURS}),
    Table("leads.Deposit", of=("customer",), kept={"no": NUMBER}),
    Table("leads.Deal", of=("customer",), kept={"no": NUMBER, "product": OURS}),
    Table("leads.DealChange", of=("deal__customer",), text=("reason",)),
    Table(
        "leads.Ownership", of=("customer",), kept={"source": NUMBER, "by": NUMBER, "ended_for": NUMBER},
    ),
    Table("leads.ProtectionChange", of=("ownership__customer",), blank=("reason",), kept={"source": NUMBER}),
    Table(
        "leads.IdentityQuestion", of=("customer", "answered_customer", "registration__customer", "candidates"), blank=("why",),
        kept={"visit": NUMBER, "reason": CODE},
    ),
    Table(
        "leads.Merge", of=("kept", "merged"), text=("reason",), blank=("undone_why",),
        kept={"moved": "ids; of a company its public code", "ended": NUMBER},
    ),
    Table(
        "leads.InboundMessage", of=("registrations__customer", unsettled),
        words={"sealed_text": without_their_lines, "sealed_left": without_their_lines},
        kept={"external_id": NUMBER, "sealed_sender": OURS},
    ),
    Table(
        "leads.ImportRow", of=("registration__customer", unfiled), blank=("sealed_cells",),
        kept={"outcome": CODE, "code": CODE},
    ),
    Table(
        "leads.PersonRequest", of=("customer",), words={"identified": hide, "note": hide, "answer": hide}, kept={"no": NUMBER}
    ),
    Table("leads.Basis", of=("customer",), kept={"ground": CODE, "way": CODE}),
    Table(
        "leads.Provision", of=("customer",), words={"purpose": hide, "what": hide, "told": hide},
        kept={"recipient": "a company that was given something, for as long as it may have to be asked to erase it", "reached": OURS},
    ),
    Table("leads.Withheld", of=("customer",), kept={"sealed": "the piece itself: it goes when they are erased", "why": CODE}),
    Table("leads.Erasure", of=("customer",), kept={"why": CODE}),
    Table("trail.Allowance", of=(by_bucket,), copy=True),
    Table(
        "leads.Customer", of=("pk",), name=("name",),
        blank=("honorific", "pinyin", "initials", "code", "company_key", "company_core"),
    ),
]  # fmt: skip

NOBODY = {
    "leads.ClaimKey": "the first and last three digits of a number, keyed: a lock that thousands share, and nothing leads to one of them",
    "leads.ImportRun": "a file on its way in, sealed: gone when the run is over; of its rows ImportRow says what is kept",
    "leads.InboundSource": OURS, "leads.Territory": OURS, "leads.WorkPhone": OURS, "leads.PrivacyNotice": OURS,
    "leads.NumberLeave": OURS,
}  # fmt: skip
