"""A program acts for its owner: with no more than they may now, and not a moment longer."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localtime

from people.models import ApiToken, Membership
from people.roles import Right, Role
from people.services.tokens import make_token, revoke_token
from tests import make
from tests.programs import Program, program, token
from trail import clock
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
REPORT = {"number": make.PHONE, "name": "张建国", "honorific": "先生"}


def refused(answer):
    """The code of a 401, which says how to do better."""
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["code"]


def test_a_program_works_where_its_owner_works_and_the_act_is_the_owners(store):
    answer = program(store.li).post("registrations", REPORT)
    assert answer.status_code == 201
    assert store.li.user.registrations.get().no == answer.json()["no"]
    assert Entry.objects.get(action="lead.register").actor == str(store.li.user.pk)


def test_without_a_token_and_with_a_wrong_one_nothing_is_told(store, client):
    assert refused(client.get("/api/v1/registrations")) == "not_authenticated"
    assert refused(Program("gs_" + "x" * 43).get("registrations")) == "token_unknown"
    assert refused(Program("").get("registrations")) == "token_unknown"


def test_the_token_itself_is_kept_nowhere(store):
    secret = token(store.li)
    row = ApiToken.objects.get()
    assert secret.startswith("gs_")
    assert len(secret) == 46  # 256 bits
    kept = "".join(str(getattr(row, field.attname)) for field in ApiToken._meta.fields)
    assert secret not in kept
    assert secret.startswith(row.start)
    assert len(row.start) <= 12
    assert secret not in str(list(Entry.objects.values()))


def test_a_revoked_token_is_out_at_the_next_request(store):
    secret = token(store.li)
    assert Program(secret).get("registrations").status_code == 200
    revoke_token(token=ApiToken.objects.get(), by=store.li.user, at=make.MOMENT)
    assert refused(Program(secret).get("registrations")) == "token_revoked"


def test_a_token_ends_at_the_second_that_it_says(store):
    secret = token(store.li, days=30)
    for moment, status in ((timedelta(days=30, seconds=-1), 200), (timedelta(days=30), 401)):
        with clock.standing_at(make.MOMENT + moment):
            assert Program(secret).get("registrations").status_code == status


def test_the_token_of_somebody_who_left_opens_nothing(store):
    secret = token(store.li)
    store.li.user.memberships.update(until=make.MOMENT)
    answer = Program(secret).get("registrations")
    assert refused(answer) == "owner_left"
    assert answer.json()["detail"] == "令牌的主人已经不在这个项目，令牌不能再用"


def test_the_token_of_an_account_that_was_closed_opens_nothing(store):
    secret = token(store.li)
    store.li.user.is_active = False
    store.li.user.save()
    assert refused(Program(secret).get("registrations")) == "owner_left"


def test_a_token_may_no_more_than_it_says(store):
    reads_visits = program(store.manager, Right.VISIT_LOG)
    assert reads_visits.get("visits").status_code == 200
    assert reads_visits.get("collisions").status_code == 404
    assert reads_visits.post("precheck", {"number": make.PHONE}).status_code == 404


def test_a_token_may_no_more_than_its_owner_now_may(store):
    secret = token(store.manager)
    make.registered(store.li, make.MOMENT)
    assert len(Program(secret).get("registrations").json()["results"]) == 1
    held = Membership.objects.filter(user=store.manager.user)
    held.update(until=make.MOMENT)
    make.person("manager", "何静", Role.SALESPERSON, store.project)
    assert Program(secret).get("registrations").json()["results"] == []
    assert Program(secret).get("visits").status_code == 404


def test_a_new_role_does_not_widen_an_old_token(store):
    secret = token(store.li)
    make.person("li", "李强", Role.FRONT_DESK, store.project)
    assert Program(secret).get("desk").status_code == 404


@pytest.mark.parametrize("scopes", [[], [Right.RULE], [Right.REGISTER, Right.RULE], ["everything"]])
def test_nobody_makes_a_token_that_may_more_than_they(store, scopes):
    with pytest.raises(Refusal) as wrong:
        make_token(here=store.li, name="CRM", scopes=scopes, days=30, at=make.MOMENT)
    assert wrong.value.code == "scopes_wrong"
    assert not ApiToken.objects.exists()


def test_a_token_works_in_its_own_project_only(store, estate):
    make.person("li", "李强", Role.MANAGER, estate.project)
    make.registered(estate.anju, make.MOMENT)
    assert program(store.li).get("registrations").json()["results"] == []


def test_when_it_was_used_last_is_noted_once_a_minute(store, django_assert_num_queries):
    li = program(store.li)
    li.get("registrations")
    first = ApiToken.objects.get().last_used_at
    with clock.standing_at(make.MOMENT + timedelta(seconds=59)):
        li.get("registrations")
    assert ApiToken.objects.get().last_used_at == first == make.MOMENT
    with clock.standing_at(make.MOMENT + timedelta(seconds=60)):
        li.get("registrations")
    assert ApiToken.objects.get().last_used_at == make.MOMENT + timedelta(seconds=60)


def test_a_browser_needs_its_csrf_token(store, signed_in):
    client = signed_in(store.li)
    assert client.get("/api/v1/registrations").status_code == 200
    client.handler.enforce_csrf_checks = True
    answer = client.post("/api/v1/registrations", REPORT, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"
    assert not store.li.user.registrations.exists()


# ── the page ──


def made(client, **given):
    form = {"name": "CRM", "scopes": ["register"], "days": "30", "password": make.PASSWORD, **given}
    return client.post("/account/tokens", form)


def test_the_page_shows_a_new_token_once_and_never_again(store, signed_in):
    client = signed_in(store.li)
    answer = made(client)
    assert answer.status_code == 200
    row = ApiToken.objects.get()
    page = answer.content.decode()
    secret = page[page.index("gs_") :][:46]
    assert Program(secret).get("registrations").status_code == 200
    assert (row.scopes, localtime(row.expires_at).date().isoformat()) == (["register"], "2025-05-28")
    again = client.get("/account/tokens").content.decode()
    assert secret not in again
    assert row.start in again
    assert Entry.objects.get(action="token.make").subject == f"token:{row.pk}"


def test_a_second_tap_makes_no_second_token_and_does_not_show_the_first(store, signed_in):
    client, key = signed_in(store.li), "0a0b0c0d-0000-4000-8000-000000000003"
    first, second = made(client, key=key), made(client, key=key)
    assert ApiToken.objects.count() == 1
    assert ApiToken.objects.get().start + "…" in second.content.decode()
    page = first.content.decode()
    assert page[page.index("gs_") :][:46] not in second.content.decode()
    assert "刚才已经显示过" in second.content.decode()


def test_somebody_who_works_nowhere_sees_their_tokens_and_makes_none(store, signed_in):
    token(store.li)
    store.li.user.memberships.update(until=make.MOMENT)
    client = signed_in(store.li)
    assert "CRM" in client.get("/account/tokens").content.decode()
    assert made(client).status_code == 404
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "wrong"}, "密码不对"),
        ({"name": ""}, "写明给哪个程序用"),
        ({"scopes": []}, "至少选一样"),
        ({"scopes": ["rule"]}, "rule"),
        ({"days": "1000000"}, "1000000"),
    ],
)
def test_a_form_with_a_mistake_makes_no_token(store, signed_in, change, sentence):
    page = made(signed_in(store.li), **change)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_by_its_owner_only(store, signed_in):
    token(store.li)
    address = f"/account/tokens/{ApiToken.objects.get().pk}/revoke"
    assert signed_in(store.wang).post(address).status_code == 404
    assert ApiToken.objects.get().revoked_at is None
    assert signed_in(store.li).post(address, follow=True).status_code == 200
    assert signed_in(store.li).post(address).status_code == 302
    assert ApiToken.objects.get().revoked_at == make.MOMENT
    assert Entry.objects.filter(action="token.revoke").count() == 1


# ── the command ──


def command(*args):
    out = StringIO()
    call_command("api_token", *args, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_token_and_nothing_else(store):
    printed = command("li", "--days", "7", "--scope", "register")
    assert Program(printed.strip()).post("precheck", {"number": make.PHONE}).status_code == 200
    assert printed == printed.strip() + "\n"
    row = ApiToken.objects.get()
    assert (row.scopes, row.expires_at) == (["register"], make.MOMENT + timedelta(days=7))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nobody"], "nobody with the login name nobody"),
        (["li", "--project", "estate"], "does not work in estate"),
        (["li", "--scope", "rule"], "scopes_wrong"),
        (["li", "--days", "-1"], "days_wrong"),
    ],
)
def test_the_command_says_what_is_wrong(store, args, said):
    with pytest.raises(CommandError, match=said):
        command(*args)
    assert not ApiToken.objects.exists()


def test_the_command_asks_which_project_where_there_are_several(store, estate):
    make.person("li", "李强", Role.SALESPERSON, estate.project)
    with pytest.raises(CommandError, match="--project"):
        command("li")
    assert ApiToken.objects.count() == 0
    command("li", "--project", "estate")
    assert ApiToken.objects.get().project == estate.project
