"""A fuzzer that goes on from where it got to, ten minutes in each role: what it is answered is what it asks about next.

Only with --long; FUZZ_SECONDS says how long for one role, where ten minutes are too many.
"""

import os
import random
import re
import time
from collections import Counter, defaultdict
from urllib.parse import unquote, urlsplit

import pytest
import requests
import schemathesis
from django.urls import Resolver404, get_resolver, resolve
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.core.failures import FailureGroup

from tests import make
from tests.api.test_roles import MAY, ROLES, programs
from tests.api.test_schema import as_documented, of_everything
from tests.programs import token
from tests.test_access import LINES, NOT_THEIRS

SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
HANGS = 30  # seconds after which an answer is no longer waited for
NAMES = {"no", "id", "code"}  # what an answer calls the thing that it is about
AT_ONCE = 8  # examples of one operation, before it is another's turn
ALLOWED, NOT_ALLOWED = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
WAYS = (ALLOWED, ALLOWED, NOT_ALLOWED)  # by the document
THEIRS = 0.75  # of the turns: a role that may do little would hear 404 nearly always


class Session:
    """One role's: what it has heard of, what it was answered, and what was wrong with it.

    `stranger`: somebody else of this role, who asks first for what is only somebody's own, and has nothing.
    """

    def __init__(self, role, headers, stranger, known):
        self.role, self.headers, self.stranger, self.chance = role, headers, stranger, random.Random(role)
        self.heard, self.answered, self.wrong = defaultdict(list), Counter(), {}
        for kind, value in known.items():
            if not isinstance(value, dict):
                self.heard[kind].append(value if isinstance(value, int) else str(value))
        self.several = {kind: value for kind, value in known.items() if isinstance(value, dict)}

    def send(self, case):
        """Send it, about something that was heard of; what is wrong is kept once for each operation, and the session goes on."""
        self._about_something_heard_of(case)
        try:
            self._is_no_strangers(case)
            status = as_documented(case, headers=self.headers, timeout=HANGS, hooks={"response": self._listen})
            self.answered[status] += 1
            self._had_a_right(case, status)
        except (AssertionError, FailureGroup, requests.RequestException) as trouble:
            told = "\n".join(map(str, getattr(trouble, "exceptions", [trouble])))
            self.wrong.setdefault((case.operation.label, told[:60]), f"{told[:3000]}\n{case.as_curl_command()[:1500]}")

    def _about_something_heard_of(self, case):
        kind = _kind(case.operation.path)
        for name in case.path_parameters or ():
            if self.chance.random() < 0.85:
                case.path_parameters[name] = self.several.get(kind, {}).get(name) or self._one(kind, case, name)
        if isinstance(case.body, dict):
            for name in case.body:
                if self.heard[name] and self.chance.random() < 0.6:
                    case.body[name] = self.chance.choice(self.heard[name])

    def _one(self, kind, case, name):
        return self.chance.choice(self.heard[kind]) if self.heard[kind] else case.path_parameters[name]

    def _listen(self, response, *_args, **_kwargs):
        if response.status_code < 300 and "json" in response.headers.get("Content-Type", ""):
            self._keep(_kind(urlsplit(response.url).path), response.json())

    def _keep(self, kind, told):
        """The numbers of what the answer is about under its kind, those of other things under what it calls them."""
        if isinstance(told, list):
            for one in told:
                self._keep(kind, one)
        if isinstance(told, dict):
            for name, value in told.items():
                if isinstance(value, (dict, list)):
                    self._keep(kind if name == "results" else name, value)
                elif isinstance(value, (str, int)) and not isinstance(value, bool):
                    kept = self.heard[kind if name in NAMES else name]
                    if value not in kept:
                        kept.append(value)
                        del kept[:-50]

    def _is_no_strangers(self, case):
        if _name(case) in NOT_THEIRS:
            assert as_documented(case, headers=self.stranger, timeout=HANGS) >= 300, "what is another's"

    def _had_a_right(self, case, status):
        assert status >= 300 or may(self.role, _name(case), case.method), "a success without a right"


def _name(case):
    """What the address is called; None for one that no view has."""
    try:
        return resolve(unquote(urlsplit(case.as_transport_kwargs()["url"]).path)).url_name
    except Resolver404:
        return None


def may(role, name, method):
    return bool({role, "signed_in"} & MAY[name, method])


def of_a_role(operations, role):
    """Those of these operations that the role may ask for."""
    names = {_described(line.name): line.name for line in LINES if line.for_programs}
    return [each for each in operations if may(role, names[_unnamed(each.path)], each.method.upper())]


def _described(name):
    """The address of this name, as the document would have it."""
    [(address, given)] = get_resolver().reverse_dict[name][0]
    return "/" + address % dict.fromkeys(given, "{}")


def _unnamed(path):
    return re.sub(r"{\w+}", "{}", path)


def _kind(path):
    return (path.split("/") + [""] * 4)[3]


def some(strategy, number, send):
    """A handful of examples, others each time, and the same ones under the same number."""

    @seed(number)
    @settings(max_examples=AT_ONCE, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=strategy)
    def run(case):
        send(case)

    run()


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_ten_minutes_of_a_role_find_no_failure_and_no_success_without_a_right(site, at_noon, no_limits, long, role):
    if not long:
        pytest.skip("takes ten minutes a role: with --long")
    store = make.store()
    here, known = of_everything(store)
    schema = schemathesis.openapi.from_url(f"{site}/api/v1/schema", headers={"Authorization": f"Bearer {token(here)}"})
    operations = [found.ok() for found in schema.get_all_operations()]
    theirs = of_a_role(operations, role)
    headers, stranger = (dict(programs(store, named))[role] for named in ("only", "another"))
    session, over, number = Session(role, headers, stranger, known), time.monotonic() + SECONDS, 0
    while time.monotonic() < over:
        number += 1
        turn = session.chance.choice(theirs if session.chance.random() < THEIRS else operations)
        some(turn.as_strategy(generation_mode=session.chance.choice(WAYS)), number, session.send)
    print(f"\n{role}: {session.answered.total()} requests in {SECONDS} s, {dict(session.answered)}")
    for (label, _told), said in session.wrong.items():
        print(f"── {label}\n{said}")
    assert not session.wrong
    assert session.answered[200] > 0
