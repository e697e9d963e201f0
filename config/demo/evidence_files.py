"""Files in the cases of the demo: a chat that 李强 submitted, with a copy in which the other's words are covered, and one still staged."""

import io
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from PIL import Image, ImageDraw

from arbitration import services as cases
from arbitration.models import Attachment, Collision
from arbitration.uploads import JPEG, Box, Safe, cover
from config.demo.cast import MANAGERS, House
from people.workplace import Workplace

BUBBLES = (
    (0.08, "#e8f0fc", 40),
    (0.22, "#ffffff", 180),
    (0.36, "#e8f0fc", 40),
    (0.55, "#ffffff", 180),
)  # from the top, colour, left


def evidence_files(house: House, now: datetime) -> None:
    """李强 submits one file in his oldest open case, of which 何静 keeps a covered copy, and stages another."""
    li, judge, kind = house.people["liqiang"], house.people[MANAGERS["store"]], Attachment.Kind
    mine = Collision.objects.filter(state=Collision.State.OPEN, project=house.store, claims__user=li.user)
    case = mine.select_related("customer", "project").order_by("opened_at", "pk").first()
    if case is None:
        return
    first = _staged(li, case, "报备以后和客户的聊天，约的是我", kind.MESSAGE, now, _said(now, days=4))
    cases.submit_files(here=li, case=case, files=[first.pk], at=now)
    pages = cover([_chat(_said(now, days=4))], [Box(0, 0.1, 0.35, 0.8, 0.2)])
    cases.redact_file(here=judge, case=case, file=first.pk, pages=pages, at=now)
    _staged(li, case, "清单第 2 页，第一通电话", kind.CALL_LIST, now, _said(now, days=5))


def _said(now: datetime, *, days: int) -> str:
    return f"{localtime(now) - timedelta(days=days):%Y-%m-%d %H:%M}"


def _staged(here: Workplace, case: Collision, says: str, kind: str, at: datetime, when: str) -> Attachment:
    content = _chat(when)
    return cases.stage_file(
        here=here, case=case, content=content, safe=Safe(JPEG, [content]), kind=kind, says=says, at=at
    )


def _chat(when: str) -> bytes:
    """A screenshot of a chat, without words: bubbles, and a time."""
    image = Image.new("RGB", (720, 1280), "#eef0f3")
    draw = ImageDraw.Draw(image)
    draw.text((300, 40), when, fill="#505b69")
    for top, colour, left in BUBBLES:
        draw.rounded_rectangle(
            (left, int(top * 1280), left + 480, int(top * 1280) + 110), 16, fill=colour, outline="#d5dae1"
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
