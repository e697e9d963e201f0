"""A pasted report, `某某公司,某某先生,139****3333`: who is reported, in any order, with any separator, one or many.

In a pasted report the company is the reporting agency, never the customer's. What cannot be read comes back with a problem; a
piece that fits nowhere is never dropped in silence (`rest`). The rules stand in tests/spec/data/README.md.
"""

import re
from dataclasses import dataclass, field, replace

import phonenumbers

from leads.screening import names, report_tokens
from leads.screening.phones import Phone
from leads.screening.report_tokens import COMPANION, Token

PLACEHOLDER = re.compile(r".{0,2}某{1,3}|[\u4e00-\u9fff]?[x×]{1,3}", re.IGNORECASE)
TALK = re.compile(
    r"[吗呢?？]$|有没有|几点|收到|好的|稍等|到了|已(?:到|登记|录|报备|确认|接待|安排)"
)  # about somebody who is reported
MOBILE_ABROAD = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as reported. `line` is what it was read from; `problem` the first thing that is wrong, or empty."""

    line: str
    company: str = ""
    name: str = ""
    honorific: str = ""
    phone: str = ""
    masked_phone: str = ""
    problem: str = ""
    rest: str = ""

    @property
    def number(self) -> str:
        """The number as it was understood, whole or masked."""
        return self.phone or self.masked_phone


@dataclass(slots=True)
class Person:
    """Somebody while the pieces are put together. `own`: their company was named with them, not before a list of persons."""

    company: str = ""
    own: bool = False
    name: str = ""
    honorific: str = ""
    phones: list[Phone] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    labelled: bool = False

    @property
    def begun(self) -> bool:
        """Whether anything says that somebody is reported."""
        return bool(self.name or self.honorific or self.phones)

    @property
    def reported(self) -> bool:
        """Whether enough is there to be a report at all: 「好的」 and 「老师您好」 are none."""
        return bool(self.phones or (self.company and self.called) or (self.name and self.honorific))

    @property
    def called(self) -> bool:
        """Whether a name, or the salutation that stands for one, is there."""
        return bool(self.name or self.honorific)


def read_report(text: str) -> list[Entry]:
    """Everybody reported in this text, in order; one entry that says so where nobody is."""
    lines = report_tokens.clean(text).splitlines()
    entries: list[Entry] = []
    for person in _Reader(list(report_tokens.tokens(text)), lines).persons():
        entry = _entry(person, "\n".join(lines[i].strip() for i in person.lines if i < len(lines)))
        entries.append(replace(entry, problem=_problem(entry, person, entries)))
    return entries or [Entry(line=text.strip(), problem="not_a_report")]


class _Reader:
    """Puts pieces together, from the left; `company` is the one that holds for whoever comes."""

    def __init__(self, pieces: list[Token], lines: list[str]) -> None:
        self.pieces, self.lines = pieces, lines
        self.company = ""
        self.now = Person()
        self.done: list[Person] = []
        self.line = 0
        self.fresh = True  # nothing but a company was read on this line
        self.label = ""
        self.agent: set[str] = set()  # what is still expected of the agent, who is not reported
        self.number_first = self._number_first()
        self.company_leads = self._company_leads()

    def persons(self) -> list[Person]:
        """Everybody, in the order of the text."""
        for i, piece in enumerate(self.pieces):
            getattr(self, f"_{piece.kind}")(piece, i)
        self._close()
        return self.done

    def _number_first(self) -> bool:
        kinds = [p.kind for p in self.pieces if p.kind in ("name", "number")]
        return kinds[:1] == ["number"] and len(kinds) > 1

    def _company_leads(self) -> bool:
        """Whether a labelled company begins the text: then each further one begins the next block."""
        said = [(p.kind, p.text) for p in self.pieces if p.kind not in ("noise", "item", "line")]
        return said[:1] == [("label", "company")]

    def _close(self) -> None:
        if self.now.reported and not self._only_talk():
            self.done.append(self.now)
        self.now = Person(company=self.company)

    def _only_talk(self) -> bool:
        """王先生到了吗, 收到，王先生已登记: a word about somebody, not a report."""
        said = " ".join(self.lines[i] for i in self.now.lines if i < len(self.lines))
        return not self.now.phones and not self.now.company and bool(TALK.search(said.strip()))

    def _touch(self) -> None:
        self.fresh = False
        if self.line not in self.now.lines:
            self.now.lines.append(self.line)

    # what each kind of piece does

    def _line(self, _piece: Token, _i: int) -> None:
        self.line, self.fresh, self.label = self.line + 1, True, ""
        self.agent = {"below"} if self.agent & {"number", "below"} == {"number"} else set()

    def _item(self, _piece: Token, _i: int) -> None:
        self.agent = set()
        if self.now.called and self.now.phones:
            self._close()

    def _label(self, piece: Token, _i: int) -> None:
        self.label = piece.text
        if piece.text != "phone" or self.agent != {"below"}:
            self.agent = {"name", "number"} if piece.text == "agent" else set()

    def _company(self, piece: Token, i: int) -> None:
        alone = self._alone(i)
        if self.now.begun and (self.now.own or (alone and not self.now.labelled) or self._starts_next()):
            self._close()
        if alone or not self.now.begun:
            self.company = piece.text if alone or not self.done else ""
        self.now.company, self.now.own = piece.text, self.now.begun or not alone
        self.now.labelled = self.now.labelled or self.label == "company"
        self.label = ""
        if self.now.begun or not alone:
            self._touch()

    def _alone(self, i: int) -> bool:
        """Whether this company is all that its line says."""
        before = [p.kind for p in self.pieces[:i] if p.kind not in ("label", "item")][-1:]
        after = next((p.kind for p in self.pieces[i + 1 :] if p.kind != "noise"), "line")
        return before in ([], ["line"]) and after == "line"

    def _starts_next(self) -> bool:
        """Whether a company after a whole person belongs to who follows."""
        if not (self.now.called and self.now.phones):
            return False
        if self.label == "company" and self.company_leads:
            return True
        if self.fresh and not (self.label == "company" and self.now.labelled):
            return True
        return bool(self.done) and self.done[-1].own and not self._trailing()

    def _trailing(self) -> bool:
        """Whether in this text the company follows the person."""
        kinds = [p.kind for p in self.pieces if p.kind in ("name", "number", "company")]
        return kinds[:1] != ["company"]

    def _name(self, piece: Token, _i: int) -> None:
        if "name" in self.agent or self.label == "aside":
            self.agent.discard("name")
            self.label = ""
            return
        self.agent = set()
        if self.now.called and COMPANION.match(piece.text) and not self.label:
            return
        if self._is_another(piece):
            self._close()
        self.now.name = self.now.name or piece.text
        self.now.honorific = piece.honorific or self.now.honorific
        self._mark()

    def _beside(self, piece: Token, i: int) -> None:
        """李女士陪同: beside whoever is reported; alone, she is reported."""
        if not self.now.called:
            self._name(piece, i)

    def _is_another(self, piece: Token) -> bool:
        """Whether a name begins the next person: one is named already, or a number above waits for a name in vain."""
        if self.now.name:
            return not self._completes(piece)
        if not self.now.phones:
            return False
        other_line = self.now.lines[-1:] != [self.line]
        return bool(self.now.honorific) or (other_line and not self.number_first)

    def _completes(self, piece: Token) -> bool:
        """王 … 王先生: the same person, said twice."""
        return not self.now.honorific and bool(piece.honorific) and piece.text == self.now.name

    def _mark(self) -> None:
        self.now.labelled = self.now.labelled or bool(self.label)
        self.label = ""
        self._touch()

    def _honorific(self, piece: Token, _i: int) -> None:
        if self.agent or (self.now.called and self.now.honorific):
            return
        self.now.honorific = piece.honorific
        self._mark()

    def _number(self, piece: Token, i: int) -> None:
        if "number" in self.agent or ("below" in self.agent and self._is_agents(i)):
            self.agent = set()
            return
        self.agent = set()
        read = piece.phone
        aside = self.label == "aside"
        assert read is not None  # noqa: S101 — a number token carries its reading
        if aside and read.kind == "invalid":
            return
        if read in self.now.phones and read.kind != "invalid" and self.now.lines[-1:] == [self.line]:
            return
        if self.now.phones and (self.number_first or self.fresh):
            self._close()
        self.now.phones.append(read)
        self._mark()

    def _is_agents(self, i: int) -> bool:
        """Whether a number alone on the line below the agent's name is theirs: whoever is reported has one, or gets one yet."""
        around = [p.kind for p in self.pieces[:i] if p.kind != "label"][-1:], self.pieces[i + 1 : i + 2]
        alone = around[0] == ["line"] and all(p.kind == "line" for p in around[1])
        later = any(p.kind == "number" for p in self.pieces[i + 1 :])
        return alone and (bool(self.now.phones) or (later and not self.now.begun))

    def _noise(self, _piece: Token, _i: int) -> None:
        self.label = "" if self.label == "aside" else self.label

    def _other(self, piece: Token, i: int) -> None:
        """A word of no known form: by its label, or by what is still missing; else it is kept as not understood."""
        if self.label == "aside":
            self.label = ""
        elif "name" in self.agent:
            self.agent.discard("name")
        elif self.label == "company":
            self._company(replace(piece, kind="company"), i)
        elif self.now.called and COMPANION.match(piece.text):
            return
        elif self._may_be_name(piece, i):
            self._name(piece, i)
        elif self._may_be_company(piece):
            self._company(replace(piece, kind="company"), i)
        else:
            self.now.rest.append(piece.text)

    def _may_be_name(self, piece: Token, i: int) -> bool:
        text = piece.text
        if self.label == "name":
            return True
        if not re.fullmatch(r"[\u4e00-\u9fff·]{1,12}|[A-Za-z][A-Za-z .'-]{0,30}", text):
            return False
        known = names.is_surname(text) and len(text) <= 4
        if self.now.name or self._named_nearby():
            return known and bool(self.now.name and self.now.phones) and self._number_follows(i)
        return known or bool(self.now.company) or "·" in text or bool(PLACEHOLDER.fullmatch(text))

    def _named_nearby(self) -> bool:
        """Whether a name with a salutation stands on this line: then that is the name."""
        line = 0
        for piece in self.pieces:
            line += piece.kind == "line"
            if line == self.line and piece.kind == "name":
                return True
        return False

    def _number_follows(self, i: int) -> bool:
        """Whether a number comes next, be it after the salutation."""
        between = ("label", "noise", "honorific")
        following = next((p.kind for p in self.pieces[i + 1 :] if p.kind not in between), "line")
        return following == "number"

    def _may_be_company(self, piece: Token) -> bool:
        whole = self.now.name and self.now.phones  # what follows may be anything: 住园区, 公积金
        return not self.now.company and not whole and bool(re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9&]{2,12}", piece.text))


def _entry(person: Person, line: str) -> Entry:
    first = person.phones[0] if person.phones else None
    return Entry(
        line=line, company=person.company, name=person.name, honorific=person.honorific,
        phone=(first.e164 or "") if first else "", masked_phone=(first.masked or "") if first else "", rest=" ".join(person.rest),
    )  # fmt: skip


def _problem(entry: Entry, person: Person, before: list[Entry]) -> str:
    """The first thing that keeps this person from being registered, in the order of the README."""
    read = person.phones[0] if person.phones else None
    same = (entry.company, entry.name, entry.honorific, entry.number)
    checks = (
        ("missing_name", not entry.name),
        ("placeholder_name", bool(PLACEHOLDER.fullmatch(entry.name))),
        ("missing_company", not entry.company),
        ("missing_honorific", names.is_bare(entry.name) and not entry.honorific),
        ("missing_phone", read is None),
        ("several_phones", len(person.phones) > 1),
        ("bad_mask", read is not None and (read.reason or "").startswith("mask")),
        ("bad_phone", read is not None and read.kind == "invalid"),
        ("not_mobile", read is not None and not _mobile(read)),
        ("duplicate", any(same == (e.company, e.name, e.honorific, e.number) for e in before)),
    )
    return next((code for code, wrong in checks if wrong), "")


def _mobile(read: Phone) -> bool:
    """Whether a message can reach this number: foreign mobiles are accepted."""
    if read.kind != "foreign":
        return read.kind in ("mobile", "masked")
    return phonenumbers.number_type(phonenumbers.parse(read.e164 or "", None)) in MOBILE_ABROAD
