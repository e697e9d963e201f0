"""A text of the engine as people read it: names for tokens, kinds and times for the ids of events, amounts in groups."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from arbitration.engine.wording import EVENTS

TOKEN = re.compile(r"\b(?:team_fund:T|[PCOTSU])\d+(?!\w)", re.ASCII)
EVENT = re.compile(r"( ?\[)?\b([a-z]\d+)\b(\])?", re.ASCII)
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
TWICE = re.compile(r"(\S+ \d{4}-\d\d-\d\d \d\d:\d\d)(?:, \1)+")
AMOUNT = re.compile(r"¥\d+(?:\.\d\d)?(?:–\d+)?", re.ASCII)
THOUSANDS = re.compile(r"(?<![\d.])\d{4,}", re.ASCII)
MORE = {"notice": ("告知", "notice"), "refund": ("退定", "refund"), "collision_known": ("知道撞单", "collision known")}


def read_out(text: str, names: Mapping[str, str], events: Sequence[Mapping[str, Any]], lang: str) -> str:
    """The text with nothing in it that only the program understands. Times are local already."""
    known = {event["id"]: event for event in events}
    text = EVENT.sub(lambda m: _event(m, known, lang), text)
    text = TOKEN.sub(lambda m: names.get(m[0], m[0]), text)
    text = TWICE.sub(r"\1", MOMENT.sub(r"\1 \2", text))
    return AMOUNT.sub(lambda amount: THOUSANDS.sub(lambda m: f"{int(m[0]):,}", amount[0]), text)


def _event(found: re.Match[str], known: Mapping[str, Mapping[str, Any]], lang: str) -> str:
    """«报备 2026-11-03 10:12» for r418; in brackets, behind what says the same already, nothing."""
    event = known.get(found[2])
    if event is None:
        return found[0]
    if found[1]:
        return ""
    kind = (EVENTS.get(event["type"]) or MORE.get(event["type"]) or (event["type"],) * 2)[lang == "en"]
    return f"{kind} {event['at']}"
