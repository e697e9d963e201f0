"""What a fuzzer sends in the name of each role: no failure, nothing undocumented, and no success without a right (tests/access.yaml)."""

from functools import partial
from urllib.parse import unquote, urlsplit

import schemathesis
from django.urls import resolve

from people.roles import Role
from tests import make
from tests.api.test_schema import as_documented, cases, of_everything, send
from tests.programs import token
from tests.test_access import LINES, NOT_THEIRS

ROLES = sorted(Role.values)
MAY = {(line.name, line.method): line.who for line in LINES}


def programs(store, named="only"):
    """The header of somebody of each role, and of nothing else."""
    for role in ROLES:
        organisation = make.agency("安居公司") if role == Role.AGENT else None
        here = make.person(f"{named}_{role}", "新人", role, store.project, organisation=organisation)
        yield role, {"Authorization": f"Bearer {token(here)}"}


def test_a_fuzzer_gets_no_further_than_its_role(site, at_noon, no_limits, long):
    store = make.store()
    here, known = of_everything(store)
    theirs, let_in = dict(programs(store)), set()
    schema = schemathesis.openapi.from_url(f"{site}/api/v1/schema", headers={"Authorization": f"Bearer {token(here)}"})

    def tried(role, case):
        status = as_documented(case, headers=theirs[role])
        if status < 300:
            name = resolve(unquote(urlsplit(case.as_transport_kwargs()["url"]).path)).url_name
            assert role in MAY[name, case.method] or "signed_in" in MAY[name, case.method], (role, name)
            assert name not in NOT_THEIRS, (role, name)
            let_in.add(role)

    for number, found in enumerate(schema.get_all_operations()):
        *_usual, strategy = cases(found.ok(), known)
        for role in ROLES if long else ROLES[number % len(ROLES) :: len(ROLES)]:
            send(strategy, 40 if long else 1, partial(tried, role))
    assert len(let_in) > len(ROLES) // 2, "they may do something"
