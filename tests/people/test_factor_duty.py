"""两步验证 as a duty: who must have one does nothing else until it is on, in pages, sessions of the API and tokens."""

from datetime import timedelta

import pyotp
import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from people import services
from people.models import Installation
from people.roles import GUARDED, Role
from people.services.setup import Founder, set_up
from people.services.tokens import let_in
from tests import make
from tests.people.factors import STEP, enrolled
from tests.programs import program, token
from trail import clock
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PAGE = "/account/second-factor"
TODAY = make.MOMENT.date()


@pytest.fixture
def installed(store):
    """The store is an installation that somebody set up; the duty holds at once."""
    return Installation.objects.create(administrator=store.admin.user, at=make.LONG_AGO)


def from_day(day):
    Installation.objects.update(second_factor_from=day)


@pytest.mark.parametrize("role", sorted(Role.values))
def test_the_four_roles_are_led_to_set_it_up_and_no_others(store, installed, signed_in, role):
    organisation = make.agency("安居公司") if role == "agent" else None
    client = signed_in(make.person(f"new_{role}", "新人", role, store.project, organisation=organisation))
    led = client.get("/account")
    if role in GUARDED:
        assert (led.status_code, led.url) == (302, PAGE)
        page = client.get(PAGE).content.decode()
        assert "主管、总经理、财务和管理员要开两步验证" in page
        assert "主导航" not in page
    else:
        assert led.status_code == 200


def patterns(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        yield from patterns(entry) if isinstance(entry, URLResolver) else [entry]


def address(pattern: URLPattern) -> str:
    """Some address of this pattern: what is looked up does not matter, nobody gets that far."""
    values = {"int": "1", "slug": "x", "str": "x", "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "path": "x"}
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        route = route.replace(f"<{kind}:{name}>", values[kind]).replace(f"<{name}>", values["str"])
    return "/" + route


def test_until_then_no_page_opens_but_those_that_set_it_up(store, installed, signed_in):
    client = signed_in(store.manager)
    reached = set()
    for pattern in patterns():
        if pattern.name.startswith("api_"):
            continue
        answer = client.get(address(pattern))
        if not (answer.status_code == 302 and answer.url == PAGE):
            reached.add(pattern.name)
    ways_out = {
        "second_factor",
        "second_factor_begin",
        "second_factor_stop",
        "second_factor_confirm",
        "language",
        "logout",
    }
    assert reached == ways_out | {"healthz", "readyz", "metrics"}  # which say nothing of anybody
    assert client.get(PAGE).status_code == 200


def test_in_two_steps_it_is_on_and_everything_opens(store, installed, signed_in):
    client = signed_in(store.manager)
    client.post(f"{PAGE}/begin", {"password": make.PASSWORD})
    secret = services.waiting_secret(store.manager.user, make.MOMENT)
    shown = client.post(f"{PAGE}/confirm", {"code": pyotp.TOTP(secret).at(make.MOMENT)}).content.decode()
    assert 'href="/"' in shown
    assert client.get("/cases").status_code == 200


def test_programs_are_told_so_too_by_session_and_by_token(store, installed, signed_in):
    programs = program(store.manager)
    for answer in (signed_in(store.manager).get("/api/v1/registrations"), programs.get("registrations")):
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["code"] == "second_factor_missing"
    enrolled(store.manager.user)
    assert programs.get("registrations").status_code == 200


def test_a_token_made_for_a_harmless_role_stops_when_its_owner_gets_one_that_must_have_it(store, installed):
    secret = token(store.li)
    assert let_in(secret, at=make.MOMENT)
    services.add_membership(
        user=store.li.user, project=store.project, role=Role.MANAGER, team=None, organisation=None, by=store.admin.user,
        at=make.MOMENT - timedelta(seconds=1),
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        let_in(secret, at=make.MOMENT)
    assert (refused.value.code, refused.value.status) == ("second_factor_missing", 403)


def test_the_role_counts_in_whichever_project_it_is_held(store, estate, installed, signed_in):
    make.person("e_general", "冯军", "designer", store.project)
    client = signed_in(estate.general)
    session = client.session
    session["project"] = store.project.pk
    session.save()
    assert client.get("/policy").url == PAGE


def test_before_the_day_it_is_announced_and_from_its_first_minute_on_it_holds(store, installed, signed_in):
    from_day(TODAY + timedelta(days=1))
    client = signed_in(store.manager)
    assert "两步验证从 2025年4月29日 起必须开启" in client.get("/cases").content.decode()
    assert "必须开启" not in client.get("/account/second-factor").content.decode()  # where one is doing it
    midnight = make.at("2025-04-29 00:00")
    for moment, status in ((midnight - timedelta(seconds=1), 200), (midnight, 302)):
        with clock.standing_at(moment):
            assert client.get("/cases").status_code == status
    from_day(TODAY + timedelta(days=1))
    assert "必须开启" not in signed_in(store.li).get("/me").content.decode()
    enrolled(store.manager.user)
    assert "必须开启" not in client.get("/cases").content.decode()


def test_who_sets_the_program_up_is_asked_as_soon_as_they_administer_a_project(db, client):
    founder = Founder(name="吴勇", username="wuyong", password="长长的一句好记的话呀", email="", language="")
    user = set_up(founder=founder, company="秀兰", short_name="秀兰", at=make.MOMENT)
    client.force_login(user)
    assert client.get("/setup").status_code == 200
    services.create_project(name="秀兰", code="xl", time_zone="Asia/Shanghai", by=user, at=make.MOMENT)
    assert client.get("/setup").url == PAGE


class TestTurningItOff:
    def test_is_refused_while_it_is_a_duty_and_allowed_before(self, store, installed):
        enrolled(store.manager.user)
        with pytest.raises(Refusal) as refused:
            services.turn_off_second_factor(user=store.manager.user, at=make.MOMENT)
        assert refused.value.code == "second_factor_needed"
        assert services.has_second_factor(store.manager.user)
        from_day(TODAY + timedelta(days=1))
        services.turn_off_second_factor(user=store.manager.user, at=make.MOMENT)
        assert not services.has_second_factor(store.manager.user)

    def test_others_may(self, store, installed):
        enrolled(store.li.user)
        services.turn_off_second_factor(user=store.li.user, at=make.MOMENT)
        assert not services.has_second_factor(store.li.user)

    def test_the_page_offers_another_telephone_in_its_place(self, store, installed, signed_in):
        old = enrolled(store.manager.user)
        client = signed_in(store.manager)
        page = client.get(PAGE).content.decode()
        assert f'action="{PAGE}/off"' not in page
        assert client.post(f"{PAGE}/move", {"code": "000000"}).status_code == 422
        assert client.post(f"{PAGE}/move", {"code": old.code(make.MOMENT)}).status_code == 302
        assert services.prove(user=store.manager.user, typed=old.code(make.MOMENT + STEP), at=make.MOMENT + STEP)
        secret = services.waiting_secret(store.manager.user, make.MOMENT)
        shown = client.post(f"{PAGE}/confirm", {"code": pyotp.TOTP(secret).at(make.MOMENT)}).content.decode()
        assert "换好了，以后用新手机" in shown
        assert Entry.objects.filter(action="second_factor.moved").count() == 1
        with pytest.raises(Refusal):
            services.prove(user=store.manager.user, typed=old.code(make.MOMENT + 3 * STEP), at=make.MOMENT + 3 * STEP)
        with pytest.raises(Refusal):
            services.prove(user=store.manager.user, typed=old.recovery[0], at=make.MOMENT)

    def test_when_an_administrator_removes_it_the_next_click_leads_to_set_it_up_anew(self, store, installed, signed_in):
        enrolled(store.manager.user)
        enrolled(store.admin.user)
        client = signed_in(store.manager)
        assert client.get("/cases").status_code == 200
        services.remove_second_factor(here=store.admin, user=store.manager.user, at=make.MOMENT)
        assert client.get("/cases").url == PAGE
