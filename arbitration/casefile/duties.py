"""What people did that the policies ask of them apart from the customer: records brought up to date, signatures, hand-overs."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from arbitration.casefile.reader import Event, Reader
from arbitration.models import PolicyVersion
from leads.models import Contact
from people.models import Acknowledgement, HandOver


class Duties:
    """Reads these for the parties of a case."""

    def __init__(self, reader: Reader, policy: str, parties: list[int]) -> None:
        self.reader, self.policy, self.parties = reader, policy, parties

    def events(self) -> Iterator[Event]:
        """Updates after a visit (D12-6.3a), signatures under the policy (D09-9), hand-overs of who left (D01-3.4, 3.5)."""
        yield from self._updates()
        yield from self._acknowledgements()
        yield from self._hand_overs()

    def _updates(self) -> Iterator[Event]:
        """The result of a visit was said with it, or written into the weekly record later."""
        rows = Contact.objects.filter(**self.reader.here, mode=Contact.Mode.FIELD_VISIT, at__lte=self.reader.at)
        rows = rows.filter(~Q(note="") | Q(visit_note__entered_at__lte=self.reader.at))
        for row in rows.select_related("visit_note").order_by("at", "pk"):
            moment = row.at if row.note else row.visit_note.entered_at or row.at
            by, customer = self._person(row.by_id), self.reader.tokens.customer(row.customer_id)
            yield self.reader.event(f"u{row.pk}", "record_update", moment, by=by, customer=customer)

    def _acknowledgements(self) -> Iterator[Event]:
        pack, _at, version = self.policy.partition("@")
        versions = PolicyVersion.objects.filter(pack=pack, **({"version": version} if version else {}))
        subjects = [f"policy:{bytes(row.sha256).hex()}" for row in versions.only("sha256")]
        rows = self._of_parties(Acknowledgement).filter(subject__in=subjects, at__lte=self.reader.at)
        for row in rows.order_by("at", "pk"):
            yield self.reader.event(f"a{row.pk}", "acknowledgement", row.at, by=self._person(row.user_id))

    def _hand_overs(self) -> Iterator[Event]:
        for row in self._of_parties(HandOver).order_by("opened_at", "pk"):
            for mark, to, moment in (("f", row.finance_by_id, row.finance_at), ("o", row.office_by_id, row.office_at)):
                if moment and moment <= self.reader.at:
                    keys = {"by": self._person(row.user_id), "to": self._person(to), "kind": "handover"}
                    yield self.reader.event(f"h{mark}{row.pk}", "notice", moment, **keys)

    def _of_parties(self, model: Any) -> Any:
        return model.objects.filter(project=self.reader.project, user__in=self.parties)

    def _person(self, pk: int) -> str:
        return self.reader.tokens.person(pk)
