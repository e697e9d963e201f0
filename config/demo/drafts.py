"""A policy being changed: 何静 allows the store more days without follow-up, and has the draft tried on the quarter."""

from datetime import datetime, timedelta

from arbitration.services import drafting
from arbitration.services.simulating import simulate_draft
from config.demo.cast import MANAGERS, House

QUARTER = timedelta(days=92)


def drafts(house: House, now: datetime) -> None:
    """Nobody is governed by it until a second person publishes it."""
    boss = house.people[MANAGERS["store"]]
    draft = drafting.begin_draft(here=boss, source="home-decoration", at=now)
    draft = drafting.set_parameters(here=boss, draft=draft, seen=draft.version, given={"lax_days": 30}, at=now)
    simulate_draft(here=boss, draft=draft, begin=house.store.midnight(now) - QUARTER, end=now, at=now)
