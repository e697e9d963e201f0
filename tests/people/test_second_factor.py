"""两步验证: enrolling, logging in with a code or a recovery code, and that every code counts once."""

import re
from datetime import timedelta
from functools import partial

import pyotp
import pytest
from django.db import connection
from django.test import Client

from people import services
from people.models import RecoveryCode, SecondFactor
from tests import make, racing
from tests.people.factors import STEP, enrolled
from trail import clock
from trail.models import Entry, Message
from trail.refusals import Refusal

PAGE = "/account/second-factor"


def passwords_given(username="li", client=None, **more):
    client = client or Client()
    return client, client.post("/login", {"username": username, "password": make.PASSWORD, **more})


def proof(response, name="password"):
    assert f'name="{name}"' in response.content.decode()


# ── turning it on ──


def begun(client):
    """Somebody asked for a secret; gives it as it stands on the page."""
    client.post(f"{PAGE}/begin", {"password": make.PASSWORD})
    page = client.get(PAGE).content.decode()
    return re.search(r'<span class="num codes">([A-Z2-7 ]+)</span>', page)[1].replace(" ", ""), page


@pytest.mark.django_db
def test_a_person_scans_keys_a_code_and_gets_ten_recovery_codes_once(store, signed_in, at_noon):
    client = signed_in(store.li)
    secret, page = begun(client)
    assert "<svg" in page
    assert " style=" not in page
    assert f"secret={secret}" in page
    assert not services.has_second_factor(store.li.user)
    shown = client.post(f"{PAGE}/confirm", {"code": pyotp.TOTP(secret).at(at_noon)}).content.decode()
    codes = re.findall(r"<li>(\d{4}-\d{4}-\d{4})</li>", shown)
    assert len(set(codes)) == 10
    assert services.has_second_factor(store.li.user)
    page = client.get(PAGE).content.decode()
    assert secret not in page.replace(" ", "")
    assert not any(code in page for code in codes)
    assert Entry.objects.filter(action="second_factor.on", actor=str(store.li.user.pk)).count() == 1
    assert Message.objects.get(to=str(store.li.user.pk)).kind == "second_factor.on"


@pytest.mark.django_db
def test_without_a_right_first_code_nothing_is_on(store, signed_in, at_noon):
    client = signed_in(store.li)
    begun(client)
    for typed, sentence in (("000000", "验证码不对"), ("", "填验证码"), ("一二三", "验证码不对")):
        page = client.post(f"{PAGE}/confirm", {"code": typed})
        assert page.status_code == 422
        assert sentence in page.content.decode()
    assert not services.has_second_factor(store.li.user)


@pytest.mark.django_db
def test_a_secret_that_was_shown_half_an_hour_ago_no_longer_counts(store):
    services.begin_second_factor(user=store.li.user, at=make.MOMENT)
    code = pyotp.TOTP(services.waiting_secret(store.li.user, make.MOMENT)).at(make.MOMENT + timedelta(minutes=31))
    with pytest.raises(Refusal) as refused:
        services.confirm_second_factor(user=store.li.user, code=code, at=make.MOMENT + timedelta(minutes=31))
    assert refused.value.code == "second_factor_not_begun"


@pytest.mark.django_db
def test_somebody_at_an_open_desk_cannot_begin_without_the_password(store, signed_in, at_noon):
    client = signed_in(store.desk)
    proof(client.get(PAGE))
    refused = client.post(f"{PAGE}/begin", {"password": "wrong"})
    assert refused.status_code == 422
    assert "密码不对" in refused.content.decode()
    assert not SecondFactor.objects.exists()


@pytest.mark.django_db
def test_what_is_on_is_not_begun_anew(store):
    enrolled(store.li.user)
    with pytest.raises(Refusal) as refused:
        services.begin_second_factor(user=store.li.user, at=make.MOMENT)
    assert refused.value.code == "second_factor_on"


@pytest.mark.django_db
def test_neither_secret_nor_recovery_codes_can_be_read_in_a_dump(store, signed_in, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    client.post("/login/code", {"code": telephone.code(at_noon)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            dump = cursor.fetchone()[0] or ""
            for told in (telephone.secret, telephone.recovery[0], telephone.recovery[0].replace("-", "")):
                assert told not in dump, table
                assert told.encode().hex() not in dump, table


# ── calling it off ──


@pytest.mark.django_db
def test_another_telephone_is_called_off_and_the_one_before_goes_on_counting(store, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    client.post("/login/code", {"code": telephone.code(at_noon)})
    client.post(f"{PAGE}/move", {"code": telephone.code(at_noon + STEP)})
    page = client.get(PAGE).content.decode()
    assert "旧手机和以前的恢复码接着用" in page
    other = re.search(r'<span class="num codes">([A-Z2-7 ]+)</span>', page)[1].replace(" ", "")
    told = client.post(f"{PAGE}/stop", follow=True).content.decode()
    assert "取消了，什么都没变" in told
    assert "换一批恢复码" in told, "the page of a factor that is on"
    late = client.post(f"{PAGE}/confirm", {"code": pyotp.TOTP(other).at(at_noon)})
    assert "等得太久了" in late.content.decode()
    with pytest.raises(Refusal):
        services.prove(user=store.li.user, typed=pyotp.TOTP(other).at(at_noon), at=at_noon)
    later = at_noon + 3 * STEP
    assert services.prove(user=store.li.user, typed=telephone.code(later), at=later) == "code"
    assert services.codes_left(store.li.user) == 10
    assert Entry.objects.filter(action="second_factor.stop", actor=str(store.li.user.pk)).count() == 1


@pytest.mark.django_db
def test_who_calls_the_first_one_off_has_none(store, signed_in, at_noon):
    client = signed_in(store.li)
    secret, page = begun(client)
    assert "取消以后什么都没变" in page
    client.post(f"{PAGE}/stop")
    assert not SecondFactor.objects.exists()
    assert "没有开启" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}/confirm", {"code": pyotp.TOTP(secret).at(at_noon)}).status_code == 409


@pytest.mark.django_db
def test_where_nothing_waits_there_is_nothing_to_call_off(store, signed_in, at_noon):
    enrolled(store.li.user)
    answer = signed_in(store.li).post(f"{PAGE}/stop")
    assert answer.status_code == 409
    assert "没有等着扫码的" in answer.content.decode()
    assert services.has_second_factor(store.li.user)


# ── logging in ──


@pytest.mark.django_db
def test_after_the_password_a_code_is_asked_for_and_leads_to_where_one_wanted_to_go(store, at_noon):
    telephone = enrolled(store.li.user)
    client, answer = passwords_given(next="/me?book=visit")
    assert answer.url == "/login/code"
    page = client.get("/login/code").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert re.search(r'<input[^>]* name="code"[^>]* autofocus', page)
    answer = client.post("/login/code", {"code": telephone.code(at_noon)})
    assert (answer.status_code, answer.url) == (302, "/me?book=visit")
    assert client.get("/me").status_code == 200


@pytest.mark.django_db
def test_who_gave_only_the_password_is_not_in(store, at_noon):
    enrolled(store.li.user)
    client, _ = passwords_given()
    for url in ("/", "/me", "/account", PAGE, "/inbox", "/confirm"):
        assert client.get(url).url.startswith("/login?"), url
    for url in (f"{PAGE}/off", f"{PAGE}/codes", f"{PAGE}/begin", "/confirm"):
        assert client.post(url, {"password": make.PASSWORD}).url.startswith("/login?"), url
    assert services.has_second_factor(store.li.user)


@pytest.mark.django_db
def test_without_a_password_before_it_a_code_lets_nobody_in(store, client, at_noon):
    telephone = enrolled(store.li.user)
    assert client.get("/login/code").status_code == 302
    assert client.post("/login/code", {"code": telephone.code(at_noon)}).url == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "goes"),
    [
        (lambda code: code, True),
        (lambda code: f"{code[:3]} {code[3:]}", True),
        (lambda code: "".join(chr(ord(c) + 0xFEE0) for c in code), True),  # full-width
        (lambda code: code[:5], False),
        (lambda code: f"{code}0", False),
        (lambda code: "abcdef", False),
    ],
)
def test_a_code_may_be_pasted_with_blanks(store, typed, goes, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    assert (client.post("/login/code", {"code": typed(telephone.code(at_noon))}).status_code == 302) is goes


@pytest.mark.django_db
@pytest.mark.parametrize(("steps", "goes"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(store, steps, goes, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    assert (client.post("/login/code", {"code": telephone.code(at_noon + steps * STEP)}).status_code == 302) is goes


@pytest.mark.django_db
def test_a_code_that_was_used_lets_nobody_in_again(store, at_noon):
    telephone = enrolled(store.li.user)
    for expected in (302, 422):
        client, _ = passwords_given()
        answer = client.post("/login/code", {"code": telephone.code(at_noon)})
        assert answer.status_code == expected
    assert "这个验证码用过了，等下一个" in answer.content.decode()
    earlier = client.post("/login/code", {"code": telephone.code(at_noon - STEP)})
    assert "用过了" in earlier.content.decode()
    assert client.post("/login/code", {"code": telephone.code(at_noon + STEP)}).status_code == 302


def test_of_two_who_bring_one_code_at_once_one_comes_in(committed):
    store = make.store()
    telephone = enrolled(store.li.user)
    for time in range(10):
        moment = make.MOMENT + time * timedelta(minutes=6)  # within five minutes they would be too many
        brought = [telephone.code(moment)] * 4 if time % 2 else [telephone.recovery[time]] * 4
        assert sorted(at_once(store.li.user, brought, moment)) == ["code", "code_used", "code_used", "code_used"]


def at_once(user, codes, moment):
    """What each of these codes is answered with, all of them given at the same instant."""
    return racing.refused_or(
        racing.at_once(*(partial(services.prove, user=user, typed=code, at=moment) for code in codes))
    )


@pytest.mark.django_db
def test_a_recovery_code_lets_in_once_and_its_owner_hears_of_it(store, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    assert client.post("/login/code", {"code": telephone.recovery[3]}).status_code == 302
    assert "还剩 9 个" in client.get("/inbox").content.decode()
    client, _ = passwords_given()
    again = client.post("/login/code", {"code": telephone.recovery[3].replace("-", "")})
    assert "这个恢复码用过了" in again.content.decode()
    assert client.post("/login/code", {"code": telephone.recovery[4].replace("-", " ")}).status_code == 302
    assert services.codes_left(store.li.user) == 8


@pytest.mark.django_db
def test_a_recovery_code_is_nobody_elses(store, at_noon):
    telephone = enrolled(store.li.user)
    enrolled(store.wang.user)
    client, _ = passwords_given("wang")
    assert client.post("/login/code", {"code": telephone.recovery[0]}).status_code == 422


@pytest.mark.django_db
def test_after_five_wrong_codes_even_a_right_one_has_to_wait(store, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    for i in range(5):
        assert client.post("/login/code", {"code": f"00000{i}"}).status_code == 422
    other, _ = passwords_given()  # another browser is no way around
    answer = other.post("/login/code", {"code": telephone.code(at_noon)})
    assert answer.status_code == 429
    assert "试错太多次了，过五分钟再试" in answer.content.decode()
    with clock.standing_at(at_noon + timedelta(minutes=5)):
        answer = client.post("/login/code", {"code": telephone.code(at_noon + timedelta(minutes=5))})
        assert answer.status_code == 302


@pytest.mark.django_db
def test_ninety_six_wrong_codes_a_day_are_enough(store):
    telephone, wrong = enrolled(store.li.user), []
    for i in range(100):
        with pytest.raises(Refusal) as refused:
            services.prove(user=store.li.user, typed="000000", at=make.MOMENT + i * timedelta(minutes=5))
        wrong.append(refused.value.code)
    assert wrong == ["code_wrong"] * 96 + ["too_many_tries"] * 4
    tomorrow = make.MOMENT + timedelta(days=1, minutes=10)
    assert services.prove(user=store.li.user, typed=telephone.code(tomorrow), at=tomorrow) == "code"


@pytest.mark.django_db
def test_right_codes_are_not_counted_as_tries(store):
    telephone = enrolled(store.li.user)
    for i in range(9):
        now = make.MOMENT + i * STEP
        assert services.prove(user=store.li.user, typed=telephone.code(now), at=now) == "code"


@pytest.mark.django_db
def test_the_code_must_come_within_ten_minutes_of_the_password(store, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    with clock.standing_at(at_noon + timedelta(minutes=11)):
        late = client.post("/login/code", {"code": telephone.code(at_noon + timedelta(minutes=11))}, follow=True)
        assert "等得太久了，再输一遍密码" in late.content.decode()
        assert client.get("/me").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["password", "leaver"])
def test_a_password_that_no_longer_counts_ends_the_waiting(store, change, at_noon):
    telephone, user = enrolled(store.li.user), store.li.user
    client, _ = passwords_given()
    user.set_password("another-long-password") if change == "password" else setattr(user, "is_active", False)
    user.save()
    assert client.post("/login/code", {"code": telephone.code(at_noon)}).url == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_ten_wrong_passwords_lock_an_account_with_a_second_factor_too(store, at_noon):
    enrolled(store.li.user)
    for _i in range(10):
        Client().post("/login", {"username": "li", "password": "wrong"})
    _client, answer = passwords_given()
    assert answer.status_code == 429


@pytest.mark.django_db
def test_a_session_from_before_the_login_is_not_taken_over(store, at_noon):
    telephone = enrolled(store.li.user)
    client, _ = passwords_given()
    before = client.cookies["sessionid"].value
    client.post("/login/code", {"code": telephone.code(at_noon)})
    assert client.cookies["sessionid"].value != before


# ── new codes, turning it off ──


def logged_in(store, telephone, now):
    client, _ = passwords_given()
    client.post("/login/code", {"code": telephone.code(now)})
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["off", "codes"])
def test_turning_off_and_new_recovery_codes_take_a_code_though_one_was_given_just_now(store, what, at_noon):
    telephone = enrolled(store.li.user)
    client = logged_in(store, telephone, at_noon)
    for given in ({}, {"code": ""}, {"code": "000000"}, {"password": make.PASSWORD}, {"code": telephone.code(at_noon)}):
        assert client.post(f"{PAGE}/{what}", given).status_code == 422, given
    assert services.has_second_factor(store.li.user)
    assert services.codes_left(store.li.user) == 10


@pytest.mark.django_db
def test_turned_off_the_password_is_enough_again(store, at_noon):
    telephone = enrolled(store.li.user)
    client = logged_in(store, telephone, at_noon)
    assert client.post(f"{PAGE}/off", {"code": telephone.code(at_noon + STEP)}).status_code == 302
    assert not RecoveryCode.objects.exists()
    client, answer = passwords_given()
    assert answer.url == "/"
    assert "两步验证关闭了。不是你关的" in client.get("/inbox").content.decode()
    assert Entry.objects.filter(action="second_factor.off").count() == 1


@pytest.mark.django_db
def test_new_recovery_codes_take_the_place_of_the_old(store, at_noon):
    telephone = enrolled(store.li.user)
    client = logged_in(store, telephone, at_noon)
    shown = client.post(f"{PAGE}/codes", {"code": telephone.code(at_noon + STEP)}).content.decode()
    new = re.findall(r"<li>(\d{4}-\d{4}-\d{4})</li>", shown)
    assert len(set(new) - set(telephone.recovery)) == 10
    with pytest.raises(Refusal):
        services.prove(user=store.li.user, typed=telephone.recovery[0], at=at_noon)
    assert services.prove(user=store.li.user, typed=new[0], at=at_noon) == "code"


@pytest.mark.django_db
def test_an_administrator_helps_who_lost_everything_and_it_is_told(store, signed_in, at_noon):
    enrolled(store.li.user)
    url, client = f"/settings/people/{store.li.user.pk}/second-factor", signed_in(store.admin)
    assert "李强" in client.get(url).content.decode()
    assert client.post(url, {"password": "wrong"}).status_code == 422
    assert services.has_second_factor(store.li.user)
    assert client.post(url, {"password": make.PASSWORD}).status_code == 302
    assert not services.has_second_factor(store.li.user)
    assert Message.objects.filter(to=str(store.li.user.pk), kind="second_factor.remove").count() == 1
    entry = Entry.objects.get(action="second_factor.remove")
    assert (entry.actor, entry.subject, entry.project) == (
        str(store.admin.user.pk), f"user:{store.li.user.pk}", store.project.code,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "whom", "code"),
    [("manager", "li", "second_factor_not_yours"), ("admin", "admin", "second_factor_own"), ("admin", "wang", "second_factor_off")],
)  # fmt: skip
def test_nobody_else_can_and_nobody_for_themselves(store, who, whom, code):
    for short in ("li", "admin"):
        enrolled(getattr(store, short).user)
    with pytest.raises(Refusal) as refused:
        services.remove_second_factor(here=getattr(store, who), user=getattr(store, whom).user, at=make.MOMENT)
    assert refused.value.code == code


@pytest.mark.django_db
def test_an_administrator_of_one_project_cannot_open_an_account_that_works_in_another(store, estate):
    enrolled(estate.general.user)
    make.person("e_general", "冯军", "designer", store.project)
    with pytest.raises(Refusal) as refused:
        services.remove_second_factor(here=store.admin, user=estate.general.user, at=make.MOMENT)
    assert refused.value.code == "other_projects"
