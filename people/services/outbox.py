"""What an administrator does about letters that did not go."""

from datetime import datetime

from django.db import transaction

from people.models import User
from people.workplace import Workplace
from trail.models import Delivery
from trail.services import note


@transaction.atomic
def send_again(*, here: Workplace, by: User, at: datetime, pk: int | None = None) -> int:
    """Let a letter that was given up wait anew with all its tries, or all of them; gives how many there were.

    None is no refusal: somebody else was quicker.
    """
    given_up = Delivery.objects.filter(state=Delivery.State.FAILED)
    given_up = given_up if pk is None else given_up.filter(pk=pk)
    count = given_up.update(state=Delivery.State.WAITING, tries=0, why="", due_at=at, done_at=None)
    if count:
        subject = "delivery:all" if pk is None else f"delivery:{pk}"
        note(by=by.pk, action="delivery.retry", subject=subject, at=at, project=here.project.code, count=count)
    return count
