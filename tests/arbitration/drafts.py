"""Drafts of policies for tests: begun by the manager, submitted, published by the general manager."""

from arbitration.policies import edits, vocabulary
from arbitration.policies.writing import RuleInput
from arbitration.services import drafting, publishing
from tests import make

HOME = "home-decoration"
WORDS = {"zh": "本公司的规定", "en": "The company's own rule"}


def begun(store, source=HOME, at=make.MOMENT):
    """何静 begins a draft."""
    return drafting.begin_draft(here=store.manager, source=source, at=at)


def with_days(store, draft, days=10, at=make.MOMENT):
    """Another value of a parameter: how long no follow-up may last."""
    return drafting.set_parameters(here=store.manager, draft=draft, seen=draft.version, given={"lax_days": days}, at=at)


def submitted(store, at=make.MOMENT, **changed):
    """A draft with one parameter changed, waiting for the second person."""
    draft = with_days(store, begun(store, at=at), at=at, **changed)
    return publishing.submit_draft(here=store.manager, draft=draft, seen=draft.version, why="跟进要快", at=at)


def published(store, draft, at=make.MOMENT):
    """陈光 publishes."""
    return publishing.publish_draft(here=store.general, draft=draft, seen=draft.version, at=at)


def as_it_is(draft, rule, **changed):
    """A rule as its form would send it, with some of it changed."""
    _stage, row = edits.find(draft.content, rule)
    given = {
        "conditions": row.get("when", []), "then": vocabulary.token(row["then"]), "title": row["title"], "says": row["says"],
        "beats": sorted(edits.beaten(draft.content, rule)), "yields": sorted(edits.beaters(draft.content, rule)),
    }  # fmt: skip
    return RuleInput(**{**given, **changed})
