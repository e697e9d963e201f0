"""Who each customer of a batch is, and what their report comes to: first report wins, a mask never owns (G-35, G-12, G-38)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from leads import claims, identity
from leads.candidates import Hit, Screened
from leads.models import Customer, Ownership
from leads.models.register import Answer
from leads.registering.filing import Claim, Draft
from leads.registering.stock import Stock
from leads.screening import names
from leads.screening.matching import Finding

IMPORTED_EARLIER = "import"  # what ended an ownership: a row of the same file has an earlier date


class Meeting:
    """Puts each report of a batch to its customer. Two reports of one new customer meet here, not in the database."""

    def __init__(self, stock: Stock, at: datetime) -> None:
        self.stock, self.at = stock, at
        self.new: dict[str, Customer] = {}

    def identify(self, draft: Draft) -> None:
        """The customer of a whole number or of a company; a new one where nobody is known. A mask is nobody's yet."""
        if draft.masked:
            return
        known = self._known(draft)
        draft.customer = known or self._met(draft) or self._make(draft)

    def _known(self, draft: Draft) -> Customer | None:
        if draft.asked.new.kind == Customer.Kind.COMPANY:
            return self._known_company(draft)
        owners = [
            phone.customer for phone in self.stock.rows.phones_of(draft.asked)
        ]  # the first: whose number it was first
        same = set(draft.screened.candidates) if draft.screened and draft.screened.finding.result == "same" else set()
        return next((one for one in owners if one.pk in same), owners[0] if owners else None)

    def _known_company(self, draft: Draft) -> Customer | None:
        """By code, else by full name, the earliest first; one that is known under another code is another company."""
        found = [
            one for one in self.stock.rows.companies_of(draft.asked)
            if (draft.code and one.code == draft.code)
            or (one.company_key == draft.asked.company[:80] and not (draft.code and one.code))
        ]  # fmt: skip
        return min(found, key=lambda one: (one.code != draft.code, one.created_at, one.pk), default=None)

    def _met(self, draft: Draft) -> Customer | None:
        """A customer whom an earlier report of this batch has made."""
        new = draft.asked.new
        customer = next((self.new[key] for key in _keys(draft) if key in self.new), None)
        if customer is None or (customer.code and draft.code and customer.code != draft.code):
            return None
        draft.new = True
        person = new.kind == Customer.Kind.PERSON
        if person and not names.compatible(new.name, customer.name, new.honorific, customer.honorific):
            draft.screened = _other_name(draft, customer.id)
        return customer

    def _make(self, draft: Draft) -> Customer:
        """A customer nobody knew, not saved yet. A number that is somebody's already stays theirs."""
        new, lead = draft.asked.new, draft.filing.lead
        keys = {"company_key": "", "company_core": ""} | identity.name_keys(new.name, new.kind)
        # By place: by name it takes six times as long, which an import of thousands would feel.
        columns: list[Any] = [
            uuid4(), new.kind, new.name, new.honorific, keys["pinyin"], keys["initials"], lead.source, draft.code,
            keys["company_key"], keys["company_core"], None, self.at,
        ]  # fmt: skip
        customer = Customer(*columns)  # type: ignore[misc]  # the plugin knows columns by name alone
        taken = bool(self.stock.rows.phones_of(draft.asked)) or draft.number in self.new
        draft.new, draft.first, draft.phone = True, True, bool(draft.number) and not taken
        for key in (*_keys(draft), *([draft.number] if draft.phone else ())):
            self.new.setdefault(key, customer)
        return customer


def _keys(draft: Draft) -> list[str]:
    """By what an earlier report of this batch is the same customer's: the number; of a company its code, or its name."""
    if draft.asked.new.kind == Customer.Kind.PERSON:
        return [draft.number]
    return [key for key in (draft.code and f"code:{draft.code}", f"name:{draft.asked.company}") if key]


def _other_name(draft: Draft, customer: UUID) -> Screened:
    """The number came a moment ago under another name: a person has to look (G-12)."""
    finding = Finding("possible", "same_phone_other_name", (str(customer),))
    return Screened(draft.asked.new, finding, (customer,), hits=(Hit(finding.reason, customer=customer),))


class Deciding:
    """What each report comes to, in the order in which they are given."""

    def __init__(self, stock: Stock, at: datetime) -> None:
        self.stock, self.at, self.project = stock, at, stock.project
        self.stages: dict[str, tuple[str, datetime | None]] = {}

    def decide(self, draft: Draft) -> None:
        """Its answer, the claim that it meets or gives, and whether the customer was here already."""
        if draft.customer is None:
            draft.answer = Answer.CHECK if self.stock.perhaps_taken(draft) else Answer.CLEAR
            self.stock.waiting[draft.marks.ends33].append((draft.filing.here.user.id, draft.number))
            return
        pk, user = draft.customer.id, draft.filing.here.user
        draft.arrived = self.stock.arrived.get(pk)
        self._claim(draft, self.stock.held.get(pk))
        draft.booked = self.stock.booked.get((pk, user.id))
        self.stock.booked.setdefault((pk, user.id), self.at)

    def _claim(self, draft: Draft, held: Ownership | Claim | None) -> None:
        user = draft.filing.here.user
        draft.met = draft.held = held
        if held is not None:
            draft.answer = Answer.YOURS if held.user_id == user.id else Answer.TAKEN
            if draft.answer == Answer.TAKEN and self._came_first(draft, held):
                self._give(draft)
        elif self._reserved(draft):
            draft.answer = Answer.TAKEN
        else:
            draft.answer = Answer.CHECK if draft.number and self.stock.hidden_for(draft) else Answer.CLEAR
            self._give(draft)

    def _reserved(self, draft: Draft) -> bool:
        """Whether somebody else is asked first to take a customer whom nobody follows: the report is kept and waits."""
        customer, user = draft.customer, draft.filing.here.user
        return customer.id in self.stock.passing and claims.reserved(self.project, customer, user, self.at)

    def _came_first(self, draft: Draft, held: Ownership | Claim) -> bool:
        """Within one file the earliest original date owns, whatever the order of its rows (G-54); ends the later one."""
        run, since = draft.filing.run, draft.filing.since
        if not run or since is None or held.by != run or held.since <= since:
            return False
        if (
            isinstance(held, Ownership) and self.stock.lock
        ):  # one that is not written yet is of the same batch, which is in order
            claims.end(held, at=held.since, cause=IMPORTED_EARLIER)
        return True

    def _give(self, draft: Draft) -> None:
        """The customer is the reporter's from now on; or, imported, since the original date (G-54)."""
        user, pk = draft.filing.here.user, draft.customer.id
        if pk in self.stock.passing and self.stock.lock:
            claims.free(self.project, draft.customer, taker=user, at=self.at)
        self.stock.held[pk] = draft.held = self._opened(draft)
        draft.gave = True
        if draft.number:
            self.stock.owned[draft.marks.ends33].append((draft.digits, pk))

    def _opened(self, draft: Draft) -> Claim:
        filing = draft.filing
        reason = (Ownership.Reason.IMPORTED if filing.since else Ownership.Reason.REGISTERED).value
        if reason not in self.stages:
            self.stages[reason] = claims.first_stage(self.project, reason, self.at)
        stage, until = self.stages[reason]
        return Claim(
            user=filing.here.user, since=filing.since or self.at, protected_until=filing.until or until, stage=stage,
            reason=reason, source=draft.no, by=filing.run or str(filing.here.user.id),
        )  # fmt: skip


def decide(stock: Stock, drafts: Sequence[Draft], at: datetime) -> None:
    """Put every report to its customer, look whose they are, and say what each comes to."""
    meeting = Meeting(stock, at)
    for draft in drafts:
        meeting.identify(draft)
    stock.load(drafts)
    deciding = Deciding(stock, at)
    for draft in drafts:
        deciding.decide(draft)


def asked(drafts: Sequence[Draft]) -> list[Draft]:
    """Reports about which a person is asked who the customer is (G-12 … G-15)."""
    return [d for d in drafts if d.screened and d.screened.finding.result == "possible"]
