"""Files of a case, short: a picture that was taken in already, staged and submitted."""

from datetime import datetime
from functools import cache
from typing import Any

from arbitration import services
from arbitration.models import Attachment, Collision
from arbitration.uploads import JPEG, Safe
from people.workplace import Workplace
from tests import make
from tests.hostile_files import picture


@cache
def photo(colour: int = 0) -> bytes:
    """A picture; another number, another picture."""
    return picture(size=(60 + colour, 40))


def stage(here: Workplace, case: Collision, at: datetime = make.MOMENT, colour: int = 0, **more: Any) -> Attachment:
    """`here` keeps a picture, not yet seen by anybody else."""
    content = photo(colour)
    given = {"kind": "call_list", "says": "三月的通话清单"} | more
    return services.stage_file(here=here, case=case, content=content, safe=Safe(JPEG, [content]), at=at, **given)


def submit(here: Workplace, case: Collision, at: datetime = make.MOMENT, colour: int = 0, **more: Any) -> Attachment:
    """The same, submitted."""
    file = stage(here, case, at, colour, **more)
    return services.submit_files(here=here, case=case, files=[file.pk], at=at)[0]


def covered(here: Workplace, file: Attachment, at: datetime = make.MOMENT) -> Attachment:
    """A copy of it that is black."""
    return services.redact_file(here=here, case=file.collision, file=file.pk, pages=[photo(99)], at=at)
