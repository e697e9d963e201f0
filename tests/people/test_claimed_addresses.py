"""Sixteen who ask at once and claim another address each time get as much as one who claims none (G15, G23; CVE-2023-44463)."""

from itertools import count

import pytest
from django.test import Client

from people import lockout
from people.services.proof import TRIES
from people.services.sms import TRIALS_AN_HOUR
from tests import make, programs
from tests.api.test_limits import read_then_write
from tests.gateway import connected, gateway
from tests.people.factors import enrolled
from tests.people.test_sms import ADMIN, reached
from trail import clock

CALLERS, EACH = 16, 2
PROXY = "203.0.113.7"


@pytest.fixture(params=["straight", "behind the proxy"])
def claim(request, settings):
    """The headers of one request: an address that nobody claimed before, in front of what our proxy saw, if there is one."""
    settings.BEHIND_PROXY = request.param != "straight"
    seen, numbers = (f", {PROXY}" if settings.BEHIND_PROXY else ""), count(1)

    def headers():
        n = next(numbers)
        return {"X-Forwarded-For": f"198.51.{n // 250}.{n % 250 + 1}{seen}", "X-Real-IP": f"192.0.2.{n % 250}"}

    return headers


def statuses(ask, each=EACH):
    """What all of them were answered, who began at the same instant and asked so often."""
    with clock.standing_at(make.MOMENT):
        given = programs.at_once(CALLERS, lambda i: [ask(i).status_code for _try in range(each)])
    return sorted(status for answers in given for status in answers)


def guess(claim):
    return lambda i: Client(REMOTE_ADDR=PROXY).post(
        "/login", {"username": "li", "password": f"wrong-{i}"}, headers=claim()
    )


def test_a_guard_that_reads_and_then_writes_lets_too_many_guess(committed, claim, monkeypatch):
    make.store()
    monkeypatch.setattr(lockout, "take", read_then_write)
    assert statuses(guess(claim)).count(200) > lockout.FROM_ONE_ADDRESS, "no race: the tests below would prove nothing"


def test_passwords_are_looked_at_ten_times(committed, claim):
    make.store()
    assert statuses(guess(claim)) == [200] * lockout.FROM_ONE_ADDRESS + [429] * (
        CALLERS * EACH - lockout.FROM_ONE_ADDRESS
    )


def test_from_addresses_that_are_really_theirs_twenty_times(committed, settings):
    """Somebody with many machines: the account has a limit of its own."""
    settings.BEHIND_PROXY = True
    make.store()
    numbers = count(1)

    def ask(_i):
        said = {"X-Forwarded-For": f"198.51.100.{next(numbers)}"}
        return Client(REMOTE_ADDR=PROXY).post("/login", {"username": "li", "password": "wrong"}, headers=said)

    assert statuses(ask) == [200] * lockout.IN_ALL + [429] * (CALLERS * EACH - lockout.IN_ALL)


def test_codes_of_the_second_factor_are_looked_at_five_times(committed, claim):
    store, limit = make.store(), TRIES[0][1]
    enrolled(store.li.user)
    with clock.standing_at(make.MOMENT):
        clients = [Client(REMOTE_ADDR=PROXY) for _i in range(CALLERS)]
        for client in clients:
            assert client.post("/login", {"username": "li", "password": make.PASSWORD}).url == "/login/code"

    def ask(i):
        return clients[i].post("/login/code", {"code": "000000"}, headers=claim())

    assert statuses(ask, 1) == [422] * limit + [429] * (CALLERS - limit)


def test_sms_are_sent_on_trial_five_times_an_hour(committed, claim, signed_in):
    store = make.store()
    reached(store.admin, ADMIN)
    with gateway() as smsc, clock.standing_at(make.MOMENT):
        row = connected(smsc)
        clients = [make.proven(signed_in(store.admin)) for _i in range(CALLERS)]
        sent = {
            "host": row.host, "port": row.port, "account": row.account, "secret": "", "sender": row.sender, "signature": row.signature,
        }  # fmt: skip

        def ask(i):
            return clients[i].post("/settings/channels/sms/try", sent, headers=claim())

        assert statuses(ask, 1) == [200] * TRIALS_AN_HOUR + [429] * (CALLERS - TRIALS_AN_HOUR)
        assert len(smsc.messages) == TRIALS_AN_HOUR
