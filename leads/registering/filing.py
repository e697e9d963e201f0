"""A report as it comes in, and as it was read: who reports whom, and the keys by which the customer is found."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from leads import vault
from leads.candidate_rows import Asked
from leads.candidates import Screened
from leads.models import Customer, Ownership, Registration
from leads.models.register import Answer
from leads.numbers import read_number
from leads.screening import names, phones
from leads.screening.matching import Newcomer
from people.models import User
from people.workplace import Workplace
from trail.refusals import Refusal

CODE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")  # 统一社会信用代码: no I, O, S, V, Z
LONGEST = {"name": 80, "honorific": 12, "company": 80}  # characters, as the register keeps them


class LeadInput(NamedTuple):
    """One customer as somebody reports them. `number` in any spelling, whole or masked; `company` is the reporter's.

    Of a company (`kind`) `name` is its full name, `code` its unified social credit code; a number is not needed (G-38).
    """

    number: str
    name: str
    honorific: str = ""
    company: str = ""
    text: str = ""
    channel: str = Registration.Channel.WEB
    source: str = Customer.Source.FIELD
    claimed_at: datetime | None = None
    kind: str = Customer.Kind.PERSON
    code: str = ""


class Filing(NamedTuple):
    """A lead and who reports it. Of an ownership that was there before (G-54): since when, until when, and by which import."""

    here: Workplace
    lead: LeadInput
    since: datetime | None = None
    until: datetime | None = None
    run: str = ""


class Marks:
    """The blind indexes of a number, whole or masked, once for all its rows."""

    __slots__ = ("ends33", "last4", "m34", "sealed", "whole")

    def __init__(self, number: str, masked: bool, asked: Asked) -> None:
        digits = phones.national(number)
        first, last = digits[:3], digits[-4:]
        self.sealed, self.m34 = vault.seal(number), vault.first3_last4(first, last)
        self.ends33 = asked.ends or vault.ends(first, last[-3:])
        self.whole, self.last4 = asked.keyed, b"" if masked else vault.last4(last)


@dataclass(slots=True)
class Claim:
    """An ownership that is about to be written: what of `Ownership` a later report of the same batch may ask."""

    user: User
    since: datetime
    protected_until: datetime | None
    stage: str
    reason: str
    source: str
    by: str
    holder: str = Ownership.Holder.PERSON.value

    @property
    def user_id(self) -> int:
        """Whose it is."""
        return self.user.id


@dataclass(slots=True)
class Draft:
    """A report on its way into the register: as it was read, and step by step what it comes to.

    `met` is the live claim that it met, `held` the one in force after it, which it `gave` or not. `new`: the customer is not
    in the register yet; `first`: this report brings them, and `phone`: their number too. `booked`:
    since when the reporter has the customer in their notebook, if they had before. `over`: beyond an agency's limit of answers.
    """

    filing: Filing
    number: str
    masked: bool
    code: str
    marks: Marks
    asked: Asked
    screened: Screened | None = None
    customer: Any = None  # a Customer; none for a mask
    new: bool = False
    first: bool = False
    phone: bool = False
    answer: str = Answer.CLEAR
    met: Any = None  # an Ownership, or the Claim of an earlier report of this batch
    held: Any = None
    gave: bool = False
    arrived: datetime | None = None
    booked: datetime | None = None
    over: bool = False
    no: str = ""
    pk: int = 0
    stored: tuple[Any, ...] = ()  # its row in the register

    @property
    def digits(self) -> str:
        """The number as people write it."""
        return phones.national(self.number)

    @property
    def again(self) -> bool:
        """Whether its reporter had claimed the customer under the owner whom it met: they have heard of that."""
        return self.booked is not None and self.met is not None and self.met.since <= self.booked

    @property
    def keys(self) -> list[tuple[str, bytes]]:
        """The key rows under which all that concerns this customer waits (docs/locking.md)."""
        keys = [("ends33", self.marks.ends33)] if self.number else []
        if self.asked.company:
            keys.append(("company", vault.index("company", self.asked.company)))
        return [*keys, ("code", vault.index("code", self.code))] if self.code else keys


def read(filing: Filing) -> Draft:
    """A report as it can be looked up. Raises Refusal for a number that cannot be one, or without a name."""
    lead = filing.lead
    company = lead.kind == Customer.Kind.COMPANY
    number, masked = ("", False) if company and not lead.number.strip() else read_number(lead.number)
    if not lead.name.strip():
        raise Refusal("name_missing", _no_name(company), field="name")
    if masked and (company or filing.since):
        raise Refusal("mask_not_enough", _("隐号看不出是哪位客户，这里要整号"), field="phone")
    for name, most in LONGEST.items():
        if len(getattr(lead, name)) > most:
            raise Refusal(f"{name}_too_long", _("太长了，最多 %(most)d 个字") % {"most": most}, field=name)
    code = read_code(lead.code) if company else ""
    name, honorific = (lead.name.strip(), lead.honorific) if company else names.told_apart(lead.name, lead.honorific)
    new = Newcomer(kind=lead.kind, name=name, honorific=honorific, number=number, code=code)
    asked = Asked.of(new)
    return Draft(filing, number, masked, code, Marks(number, masked, asked), asked)


def draft_of(filing: Filing) -> Draft | Refusal:
    """The same, or why it cannot be one."""
    try:
        return read(filing)
    except Refusal as refusal:
        return refusal


def _no_name(company: bool) -> str:
    return _("公司叫什么？写全称") if company else _("客户叫什么？写姓，或姓加先生、女士")


def read_code(text: str) -> str:
    """A unified social credit code as it is compared; empty where none is given. Raises Refusal for what is none."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if code and not CODE.fullmatch(code):
        raise Refusal("bad_code", _("统一社会信用代码是 18 位数字和大写字母，再核对一遍"), field="code")
    return code
