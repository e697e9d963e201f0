"""What people did that the policies ask of them apart from the customer: records brought up to date, signatures, hand-overs."""

from collections.abc import Iterator

from arbitration.casefile.reader import Event, Reader
from arbitration.models import PolicyVersion
from leads.models import Contact
from people.models import Acknowledgement, HandOver

SIGNED = "policy:"  # what somebody signs for: and the mark of its version


class Duties:
    """Reads these for the parties of a case."""

    def __init__(self, reader: Reader, policy: str, parties: list[int]) -> None:
        self.reader, want = reader, reader.rows.want
        pack, _at, version = policy.partition("@")
        known = PolicyVersion.objects.filter(pack=pack, **({"version": version} if version else {}))
        self.versions = want(known.values_list("sha256", flat=True))
        theirs = {"project": reader.project, "user__in": parties}
        signed = Acknowledgement.objects.filter(**theirs, subject__startswith=SIGNED, at__lte=reader.at)
        self.signed = want(signed.order_by("at", "pk"))
        self.left = want(HandOver.objects.filter(**theirs).order_by("opened_at", "pk"))

    def events(self) -> Iterator[Event]:
        """Updates after a visit (D12-6.3a), signatures under the policy (D09-9), hand-overs of who left (D01-3.4, 3.5)."""
        yield from self._updates()
        yield from self._acknowledgements()
        yield from self._hand_overs()

    def _updates(self) -> Iterator[Event]:
        """The result of a visit was said with it, or written into the weekly record later."""
        for row in (one for one in self.reader.rows.contacts if one.mode == Contact.Mode.FIELD_VISIT):
            note = getattr(row, "visit_note", None)
            moment = row.at if row.note else note and note.entered_at
            if moment is None or moment > self.reader.at:
                continue
            by, customer = self._person(row.by_id), self.reader.tokens.customer(row.customer_id)
            yield self.reader.event(f"u{row.pk}", "record_update", moment, by=by, customer=customer)

    def _acknowledgements(self) -> Iterator[Event]:
        subjects = {f"{SIGNED}{bytes(digest).hex()}" for digest in self.versions}
        for row in (one for one in self.signed if one.subject in subjects):
            yield self.reader.event(f"a{row.pk}", "acknowledgement", row.at, by=self._person(row.user_id))

    def _hand_overs(self) -> Iterator[Event]:
        for row in self.left:
            for mark, to, moment in (("f", row.finance_by_id, row.finance_at), ("o", row.office_by_id, row.office_at)):
                if moment and moment <= self.reader.at:
                    keys = {"by": self._person(row.user_id), "to": self._person(to), "kind": "handover"}
                    yield self.reader.event(f"h{mark}{row.pk}", "notice", moment, **keys)

    def _person(self, pk: int) -> str:
        return self.reader.tokens.person(pk)
