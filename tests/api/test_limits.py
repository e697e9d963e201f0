"""Limits hold exactly, whoever asks at once, and no address of a proxy changes whose they are."""

import time
from datetime import timedelta

import pytest

from people.api import throttles
from tests import make
from tests.programs import Program, at_once, program, send, token
from trail import clock, limits
from trail.models import Allowance

LIMIT = throttles.LIMITS["precheck"]
CALLERS, EACH = 16, 3


def rush(site, secret):
    """Sixteen callers, three requests each, each from an address that it claims anew; how many were let through, and the others."""

    def ask(i, n):
        claimed = {"X-Forwarded-For": f"198.51.{n}.{i + 1}"}
        return send(site, secret, "precheck", {"number": f"139{i:04d}000{n}"}, **claimed)

    def call(i):
        return [ask(i, n) for n in range(EACH)]

    answers = [answer for given in at_once(CALLERS, call) for answer in given]
    return sum(a.status == 200 for a in answers), [a for a in answers if a.status != 200]


def read_then_write(key, *, limit, within, at, cost=1):
    """The guard as one writes it first: look, then count."""
    row = Allowance.objects.filter(key=key).first()
    used = row.used if row else 0
    time.sleep(0.02)
    if used + cost > limit:
        return False
    Allowance.objects.update_or_create(key=key, defaults={"since": at, "used": used + cost})
    return True


def test_a_guard_that_reads_and_then_writes_lets_too_many_through(site, monkeypatch):
    monkeypatch.setattr(limits, "take", read_then_write)
    passed, _others = rush(site, token(make.store().li, at=make.LONG_AGO, days=None))
    assert passed > LIMIT, "no race: the test below would prove nothing"


@pytest.mark.parametrize("behind", [False, True])
def test_of_sixteen_callers_exactly_twenty_requests_pass(site, settings, behind):
    settings.BEHIND_PROXY = behind
    secret = token(make.store().li, at=make.LONG_AGO, days=None)
    passed, others = rush(site, secret)
    assert passed == LIMIT
    assert {(a.status, a.body["code"]) for a in others} == {(429, "throttled")}
    assert all(1 <= int(a.headers["Retry-After"]) <= 60 for a in others)


@pytest.mark.django_db
class TestBuckets:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch, at_noon):
        monkeypatch.setattr(throttles, "LIMITS", {"read": 2, "write": 1, "precheck": 1})

    def test_reads_writes_and_questions_are_counted_apart(self, store):
        li = program(store.li)
        assert [li.get("registrations").status_code for _ in range(3)] == [200, 200, 429]
        assert [li.post("registrations", {}).status_code for _ in range(2)] == [422, 429]
        assert [li.post("precheck", {"number": make.PHONE}).status_code for _ in range(2)] == [200, 429]

    def test_all_tokens_of_a_person_share_and_other_people_do_not(self, store):
        first, second, other = program(store.li), program(store.li), program(store.wang)
        assert [p.get("registrations").status_code for p in (first, second, first, other)] == [200, 200, 429, 200]

    def test_another_address_is_no_other_bucket(self, store):
        secret = token(store.li)
        given = [
            Program(secret, **{"X-Forwarded-For": f"10.0.0.{i}"}).get("registrations").status_code for i in range(3)
        ]
        assert given == [200, 200, 429]

    def test_after_a_minute_there_is_room_again(self, store):
        li = program(store.li)
        for _ in range(2):
            li.get("registrations")
        with clock.standing_at(make.MOMENT + timedelta(seconds=45)):
            answer = li.get("registrations")
            assert (answer.status_code, answer["Retry-After"]) == (429, "15")
        with clock.standing_at(make.MOMENT + timedelta(seconds=60)):
            assert li.get("registrations").status_code == 200

    def test_a_refused_question_is_not_kept(self, store):
        li = program(store.li)
        li.post("precheck", {"number": make.PHONE})
        assert li.post("precheck", {"number": "13812340000"}).status_code == 429
        assert store.li.user.prechecks.count() == 1
