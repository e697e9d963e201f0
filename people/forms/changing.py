"""A form about something that another administrator may be changing at the same time, and of which no history is kept."""

from typing import Any

from django import forms

from people.services.guards import EDITED
from people.services.versions import state
from people.stepup import StepUp
from trail.refusals import Refusal


class ChangeForm(StepUp):
    """`seen` is the state that it was filled from."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any = None, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, initial={"seen": state(row) if row else "", **(initial or {})}, **kwargs)

    def refuse(self, refusal: Refusal) -> None:
        """Somebody else was faster: what was typed stays, and the next try is made in the knowledge of theirs."""
        super().refuse(refusal)
        if self.row is not None and refusal.code == EDITED:
            self.row.refresh_from_db()
            sent = self.data.copy()  # type: ignore[attr-defined]
            sent["seen"] = state(self.row)
            self.data = sent
