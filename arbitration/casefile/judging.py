"""What was made of the evidence → `evidence` events: whose it is, what it is about, and whether it was taken."""

from collections.abc import Iterable, Iterator
from typing import Any

from arbitration.casefile.reader import Event, Reader
from arbitration.cases.judgement import brought, files
from arbitration.models import Collision


class Judged:
    """Reads the judgements of one case as they stood: of each thing, the last one."""

    def __init__(self, case: Collision, reader: Reader) -> None:
        self.case, self.reader = case, reader

    def events(self) -> Iterator[Event]:
        """A file that bears on an event is evidence about it from its submission on (D11-M6b), not yet judged without `accepted`; a
        judgement of anything else is told by its own time. `by` is whose evidence it is."""
        at = self.reader.at
        rows = {row.ref: row for row in brought(self.case, until=at)}
        for file, submitted in files(self.case, at):
            row = rows.pop(f"f{file.pk}")
            if file.event_id:
                said = {"accepted": row.judged.payload["accepted"]} if row.judged else {}
                yield self._event(f"f{file.pk}", submitted, file.by_id, f"e{file.event_id}", kind=file.kind, **said)
        for row in rows.values():
            if row.judged:
                accepted = row.judged.payload["accepted"]
                yield self._event(f"e{row.judged.pk}", row.judged.at, row.by, row.ref, accepted=accepted)

    def _event(self, id_: str, at: Any, by: int, about: str, **keys: Any) -> Event:
        return self.reader.event(id_, "evidence", at, by=self.reader.tokens.person(by), about=about, **keys)


def about_something(events: Iterable[Event]) -> list[Event]:
    """All events but evidence about what the case file does not tell, such as a contact of another policy's kind."""
    told = list(events)
    ids = {event["id"] for event in told}
    return [event for event in told if event["type"] != "evidence" or event.get("about") in ids]
