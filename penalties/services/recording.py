"""Writing sanctions and their steps: the one place. Each leaves a line in the audit log; who is asked hears of it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from penalties.models import Sanction, SanctionStep
from penalties.services.stepping import link_of, next_step
from penalties.steps import allowed
from people.models import Project, User
from trail import services as trail
from trail.refusals import Refusal

PREFIX = "CF"  # of a sanction's number


def create(*, project: Project, by: User, at: datetime, **columns: Any) -> Sanction:
    """A new sanction, proposed."""
    row: Sanction = Sanction.objects.create(no=trail.next_number(PREFIX, at), project=project, by=by, at=at, **columns)
    SanctionStep.objects.create(sanction=row, number=1, kind=SanctionStep.Kind.PROPOSED, by=by, at=at)
    _note(row, "proposed", by, at)
    return row


def again(row: Sanction) -> Sanction:
    """The sanction with its steps as they are now. Whoever comes second with the next step is refused by its number."""
    rows = Sanction.objects.select_related("project", "to", "organisation", "by").prefetch_related("steps")
    found: Sanction = rows.get(pk=row.pk)
    return found


def take(row: Sanction, kind: SanctionStep.Kind, *, by: User, at: datetime, **columns: Any) -> SanctionStep:
    """The next step, in its order (`penalties/steps.py`). Raises Refusal where it is not its turn, or somebody was faster."""
    done = [step.kind for step in row.timeline]
    if not allowed(done, kind):
        twice, early = (
            _("这份处分已经「%(step)s」过了，现在是「%(state)s」"),
            _("这份处分现在是「%(state)s」，还不能「%(step)s」"),
        )
        said = twice if kind in done else early
        raise Refusal(
            "step_not_now", said % {"state": row.last.get_kind_display(), "step": kind.label}, status=409
        )  # fmt: skip
    stale = _("这份处分刚有人办了一步。看最新的，再决定")
    step: SanctionStep = next_step(row, stale=stale, kind=kind, by=by, at=at, **columns)
    row.timeline.append(step)
    trail.done(link=link_of(row), at=at)
    _note(row, kind, by, at)
    return step


def _note(row: Sanction, kind: str, by: User, at: datetime) -> None:
    trail.note(by=by.pk, action=f"sanction.{kind}", subject=f"sanction:{row.no}", at=at, project=row.project.code)
