"""Forms about something that somebody else may be changing at the same time."""

from typing import Any

from django import forms

from people.services.guards import EDITED
from people.services.versions import state
from people.stepup import StepUp
from trail.forms import Form
from trail.refusals import Refusal


class SeenForm(Form):
    """Its field `seen` is the version of the row that it was filled from, as `version_of` tells it."""

    version_of: Any

    def __init__(self, *args: Any, row: Any = None, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self.row = row
        seen = {} if row is None else {"seen": self.version_of(row)}
        super().__init__(*args, initial={**seen, **(initial or {})}, **kwargs)

    def refuse(self, refusal: Refusal) -> None:
        """Somebody else was faster: what was typed stays, and the next try is made in the knowledge of theirs."""
        super().refuse(refusal)
        if self.row is not None and refusal.code == EDITED:
            sent = self.data.copy()  # type: ignore[attr-defined]
            sent["seen"] = self.version_of(self.row)
            self.data = sent


class ChangeForm(SeenForm, StepUp):
    """About what no history is kept of, with proof of who changes it."""

    version_of = staticmethod(state)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def refuse(self, refusal: Refusal) -> None:
        """What it says by now is its version."""
        if self.row is not None and refusal.code == EDITED:
            self.row.refresh_from_db()
        super().refuse(refusal)
