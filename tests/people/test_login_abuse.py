"""Guessing passwords (G23, G15): so many tries and no more, from wherever they come, and no word on which accounts there are."""

import re
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory

from people import lockout
from people.address import address_of
from people.models import User
from people.password_rules import KnownHere
from people.services.invitations import reset_link
from tests import make, racing
from trail import clock
from trail.models import Allowance

TOKEN = re.compile(
    r'x-csrftoken": "\w+|csrfmiddlewaretoken" value="\w+|value="(li|nobody)"'
)  # of one page, or what was typed
nobody_else = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def tries(username="li", password="wrong", address="203.0.113.7", **headers):
    client = Client(REMOTE_ADDR=address, headers=headers)
    return client.post("/login", {"username": username, "password": password})


class TestLock:
    pytestmark = nobody_else

    def test_ten_in_an_hour_from_one_address(self, store):
        assert [tries().status_code for _try in range(11)] == [200] * 10 + [429]
        assert tries(password=make.PASSWORD).status_code == 429
        assert tries(password=make.PASSWORD, address="198.51.100.1").status_code == 302
        with clock.standing_at(make.MOMENT + timedelta(hours=1)):
            assert tries(password=make.PASSWORD).status_code == 302

    def test_twenty_in_a_day_wherever_they_come_from(self, store):
        answers = [tries(address=f"198.51.100.{i}").status_code for i in range(21)]
        assert answers == [200] * 20 + [429]
        assert tries(password=make.PASSWORD, address="192.0.2.1").status_code == 429
        with clock.standing_at(make.MOMENT + timedelta(hours=23, minutes=59)):
            assert tries(password=make.PASSWORD, address="192.0.2.2").status_code == 429
        with clock.standing_at(make.MOMENT + timedelta(days=1)):
            assert tries(password=make.PASSWORD, address="192.0.2.2").status_code == 302

    def test_what_is_refused_uses_up_nothing_of_the_day(self, store):
        for _try in range(40):
            tries()
        assert tries(password=make.PASSWORD, address="198.51.100.1").status_code == 302

    def test_right_ones_are_not_counted(self, store):
        assert [tries(password=make.PASSWORD).status_code for _day in range(25)] == [302] * 25

    def test_another_spelling_and_another_claimed_address_are_no_way_around(self, store):
        """CVE-2023-44463, CVE-2025-59152: rotating X-Forwarded-For does not change the bucket."""
        spelt = ("li", "LI", " li", "Li ")
        answers = [tries(spelt[i % 4], **{"X-Forwarded-For": f"198.51.100.{i}"}).status_code for i in range(11)]
        assert answers == [200] * 10 + [429]

    def test_an_account_that_there_is_not_is_locked_likewise_and_says_the_same(self, store):
        known, unknown = ([tries(who) for _try in range(11)] for who in ("li", "nobody"))
        assert [a.status_code for a in known] == [a.status_code for a in unknown]
        assert [TOKEN.sub("", a.content.decode()) for a in known] == [
            TOKEN.sub("", a.content.decode()) for a in unknown
        ]

    def test_who_chose_a_new_password_by_a_link_comes_in(self, store):
        for i in range(20):
            tries(address=f"198.51.100.{i}")
        client, chosen = Client(), "一句很长很好记的话呀"
        client.get(reset_link(user=store.li.user, by=store.admin.user, at=make.MOMENT))
        client.post("/reset", {"new_password": chosen, "again": chosen})
        assert tries(password=chosen).status_code == 302

    def test_neither_names_nor_addresses_are_kept(self, store):
        tries("zhangsan@example.com")
        kept = " ".join(Allowance.objects.values_list("key", flat=True))
        assert "login:" in kept
        assert "zhangsan" not in kept
        assert "203.0.113.7" not in kept

    @pytest.mark.parametrize("who", ["li", "nobody", "wang", "zhao"])
    def test_as_much_is_hashed_for_every_account_that_there_is_or_not(self, store, settings, monkeypatch, who):
        """So that how long it takes tells nothing: known, unknown, without a password, and deactivated."""
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
        User.objects.update(password=make_password(make.PASSWORD))
        User.objects.filter(username="wang").update(password=make_password(None))
        User.objects.filter(username="zhao").update(is_active=False)
        rounds, hash_ = [], hashers.pbkdf2

        def counted(password, salt, iterations, **more):
            rounds.append(iterations)
            return hash_(password, salt, iterations, **more)

        monkeypatch.setattr(hashers, "pbkdf2", counted)
        assert "账号或密码不对" in tries(who).content.decode()
        assert rounds == [hashers.PBKDF2PasswordHasher.iterations]


def test_of_sixteen_at_once_ten_are_looked_at(committed):
    """G15: exact under concurrency, with an address of its own claimed by each."""
    make.store()

    def ask(i):
        request = RequestFactory().post("/login", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": f"10.0.0.{i}"})
        return lockout.Lockout().is_allowed(request, {"username": "li"})

    answers = racing.at_once(*(partial(ask, i) for i in range(16)))
    assert sorted(answers) == [False] * 6 + [True] * 10


@pytest.mark.parametrize(
    ("behind", "said", "seen"),
    [
        (False, "198.51.100.9", "203.0.113.7"), (False, "", "203.0.113.7"), (True, "198.51.100.9", "198.51.100.9"),
        (True, "10.0.0.1, 192.0.2.4, 198.51.100.9", "198.51.100.9"), (True, "evil, 198.51.100.9", "198.51.100.9"),
        (True, "nonsense", None), (True, "2001:db8::1", "2001:db8::1"),
    ],
)  # fmt: skip
def test_only_the_proxy_of_the_house_is_believed(settings, behind, said, seen):
    """What the proxy saw stands last; whatever a caller wrote stands before it."""
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": said} if said else {}
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="203.0.113.7", headers=headers)) == seen


class TestPasswords:
    pytestmark = nobody_else

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("qwe123456789", "password_too_common"), ("woaini1314", "password_too_common"), ("5201314520", "password_too_common"),
            ("a123456789", "password_too_common"), ("Zhang123456", "password_too_common"), ("abcABC1234", "password_too_common"),
            ("1q2w3e4r5t", "password_too_common"), ("aaaaaaaaaaaa", "password_too_common"), ("Password2024!", "password_too_common"),
            ("李强1111111111", "password_too_similar"), ("liqiang8888", "password_too_similar"),
            ("xiulan2024!", "password_too_similar"), ("秀兰秀兰秀兰2024", "password_too_similar"),
            ("13912345678aa", "password_too_similar"),
        ],
    )  # fmt: skip
    def test_what_is_tried_first_is_refused(self, store, password, code):
        """In the house of 秀兰, for 李强, whose account is his telephone number."""
        user = User(username="13912345678", name="李强")
        with pytest.raises(ValidationError) as refused:
            KnownHere().validate(password, user)
        assert refused.value.code == code

    @pytest.mark.parametrize(
        "password", ["长长的一句好记的话呀", make.PASSWORD, "guishu-demo-2026", "liqiang-trinkt-gern-tee"]
    )
    def test_what_is_not_is_taken(self, store, password):
        KnownHere().validate(password, User(username="li", name="李强"))

    @pytest.mark.parametrize("nasty", ["1" * 127 + "x", "12" * 63 + "x", "123" * 42 + "x", "ab" * 63])
    def test_one_made_to_be_read_in_many_ways_is_read_in_one(self, store, nasty):
        """Each of these takes longer than anybody lives where every way is tried."""
        with suppress(ValidationError):
            KnownHere().validate(nasty, None)
