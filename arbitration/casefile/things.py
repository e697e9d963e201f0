"""What is sold → subjects: the project itself, and the slots, units and orders that people put on its list."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from arbitration.casefile.scopes import Scopes
from arbitration.models import Subject
from people.models import Project


class Things:
    """The subjects of one case. A name is a token, like everything that people typed; an area is one that regions share (D03-3.1b)."""

    def __init__(self, project: Project, about: int | None, scopes: Scopes) -> None:
        self.project, self.scopes = project, scopes
        self.named = scopes.tokens.things
        self.named |= {about} if about else set()
        self.rows: Any = Subject.objects.filter(pk__in={*self.named}).order_by("pk")  # those that are known to be named
        # A report is about the project; where a case is about a thing, it is not said to be about anything else (D10-2.3a).
        self.of_report: dict[str, str] = {} if about else {"subject": f"J{project.pk}"}

    def token(self, pk: int) -> str:
        """The token of a thing, which is named from now on."""
        self.named.add(pk)
        return f"U{pk}"

    def subjects(self) -> Iterator[dict[str, Any]]:
        """Those that were named. Read last."""
        if self.of_report:
            yield {"id": self.of_report["subject"], "kind": "project"}
        for row in self._rows:
            keys: dict[str, Any] = {"id": f"U{row.pk}", "kind": row.kind}
            if row.area:
                keys["area"] = self.scopes.area(row.area)
            if row.priority is not None:
                keys["priority"] = row.priority
            yield keys

    @cached_property
    def _rows(self) -> Iterable[Subject]:
        known = {row.pk for row in self.rows}
        return self.rows if self.named <= known else Subject.objects.filter(pk__in=self.named).order_by("pk")
