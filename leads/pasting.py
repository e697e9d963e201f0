"""Pasted lines → leads that can be registered, for this reporter; what cannot be goes back into the box with its sentence.

In a pasted report the company is the reporting agency, never the customer's (D07-7.1). An agency writes company and
salutation; of a colleague both are known or not needed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import Customer, Registration
from leads.numbers import read_number
from leads.screening import phones
from leads.screening.report_text import Entry, read_report
from leads.services.register import LeadInput
from people.workplace import Workplace
from trail.refusals import Refusal

MOST = 50  # customers in one paste: each is a transaction of its own, and the sender waits for all of them
FORGIVEN_INSIDE = {"missing_company", "missing_honorific"}
NUMBERLIKE = re.compile(r"(?<![A-Za-z])[+\dlIoO][\d\s*＊xX×•●○?_.lIoO-]{3,}\d")  # also with l for 1
SENTENCES = {
    "not_a_report": gettext_noop("没看出要报备谁，写成 公司，姓名，手机号"),
    "missing_name": gettext_noop("没有姓名，写姓加先生、女士也行"),
    "placeholder_name": gettext_noop("「某某」不是姓名，写客户的姓"),
    "missing_company": gettext_noop("没有写报备公司"),
    "missing_honorific": gettext_noop("只有姓，加上先生或女士"),
    "missing_phone": gettext_noop("没有手机号"),
    "several_phones": gettext_noop("一位客户写了两个手机号，留一个"),
    "bad_mask": gettext_noop("隐号要留前三位和后四位，像 139****3333"),
    "bad_phone": gettext_noop("手机号不对，再核对一遍"),
    "not_mobile": gettext_noop("要手机号，座机和 400 电话不行"),
    "duplicate": gettext_noop("和上面是同一位客户，只报一次"),
}
UNCLEAR = gettext_noop("有一段没看懂，写成 公司，姓名，手机号")


@dataclass(frozen=True, slots=True)
class Line:
    """One customer as understood: a lead to register, or what is wrong and the text that goes back into the box."""

    entry: Entry
    lead: LeadInput | None
    text: str
    problem: str = ""
    sentence: str = ""

    @property
    def who(self) -> str:
        """Name and salutation; the text where no name was found."""
        return f"{self.entry.name or ''}{self.entry.honorific or ''}" or self.text

    @property
    def number(self) -> str:
        """The number for the screen, 前三后四."""
        return self.entry.masked_phone or (phones.mask34(self.entry.phone) if self.entry.phone else "")

    @property
    def fingerprint(self) -> str:
        """The same for the same customer in the same words, for the key under which the line is registered once."""
        return f"{self.lead.company}|{self.lead.name}|{self.lead.honorific}|{self.lead.number}" if self.lead else ""

    @property
    def twice(self) -> bool:
        """Whether the same customer stands further up: nothing to do, and nothing is lost."""
        return self.problem == "duplicate"

    def refused(self, refusal: Refusal) -> "Line":
        """The same customer, not registered, with the service's sentence."""
        return replace(self, lead=None, problem=refusal.code, sentence=str(refusal.sentence))


def read_paste(text: str, here: Workplace) -> list[Line]:
    """The lines of a paste that is to be registered. Raises Refusal for nobody at all, or too many at once."""
    lines = read_lines(text, here)
    if not lines:
        raise Refusal("not_a_report", _sentence("not_a_report", text), field="text")
    if len(lines) > MOST:
        raise Refusal("too_many", _("一次最多 %(most)d 位，分几次粘") % {"most": MOST}, field="text")
    return lines


def read_lines(text: str, here: Workplace) -> list[Line]:
    """Everybody in the text, ready to register or with what is wrong."""
    entries = read_report(text)
    persons = Counter(entry.line for entry in entries)
    typed = {unicodedata.normalize("NFKC", line).strip(): line.strip() for line in text.splitlines()}
    return [_line(entry, _back(entry, persons[entry.line] == 1, typed), here) for entry in entries]


def _back(entry: Entry, alone: bool, typed: dict[str, str]) -> str:
    """What goes back into the box: the line as typed, or, where others stand on it too, what was understood of this one."""
    if alone:
        return typed.get(entry.line, entry.line)
    who = f"{entry.name or ''}{entry.honorific or ''}"
    return "，".join(filter(None, (entry.company, who, entry.masked_phone or entry.phone)))


def _line(entry: Entry, text: str, here: Workplace) -> Line:
    problem = entry.problem or ""
    if problem in FORGIVEN_INSIDE and not here.outside:
        problem = _what_else(entry)
    if not (entry.name or entry.honorific or entry.number) and NUMBERLIKE.search(entry.line):
        problem = "bad_phone"  # nothing but a number that is none: the number is what is wrong
    if problem:
        return Line(entry, None, text, problem, _sentence(problem, entry.line))
    lead = LeadInput(
        number=entry.phone or entry.masked_phone or "", name=entry.name or "", honorific=entry.honorific or "",
        company=entry.company or here.organisation.name, text=text, channel=Registration.Channel.WEB, source=source(here),
    )  # fmt: skip
    return Line(entry, lead, text)


def source(here: Workplace) -> str:
    """Where customers come from whom this person reports."""
    return Customer.Source.AGENCY if here.outside else Customer.Source.FIELD


def _what_else(entry: Entry) -> str:
    """The first problem is forgiven; it may have hidden another one, which is then about the number."""
    numbers = NUMBERLIKE.findall(entry.line)
    if sum(phones.read(number).kind in ("mobile", "masked") for number in numbers) > 1:
        return "several_phones"
    if entry.phone or entry.masked_phone:
        return ""
    return "bad_phone" if numbers else "missing_phone"


def _sentence(problem: str, line: str) -> str:
    """What is wrong in words; of a number, exactly what."""
    if problem == "bad_phone":
        for number in NUMBERLIKE.findall(line):
            try:
                read_number(number)
            except Refusal as refusal:
                return str(refusal.sentence)
    sentence = SENTENCES.get(problem, UNCLEAR)
    return _(sentence)


def left_over(lines: list[Line]) -> str:
    """The text that goes back into the box."""
    return "\n".join(dict.fromkeys(line.text for line in lines))


def answers(lines: list[Line], ask: Callable[[LeadInput], dict[str, Any]]) -> list[dict[str, Any]]:
    """Each line with what the pre-check says of it."""
    return [{"line": line, **(ask(line.lead) if line.lead else {})} for line in lines]
