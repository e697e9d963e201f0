"""Screening as registering does it, for tests of what it finds."""

from leads.candidate_rows import Asked, Rows
from leads.candidates import judge


def screen(project, newcomers, at, *, alike=False):
    """Each newcomer in turn: whom the records may mean. `alike`: people with the same full name are told too."""
    return judge(Rows.gather(project, [Asked.of(new) for new in newcomers], alike=alike), at)
