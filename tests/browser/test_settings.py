"""设置 in a real browser: a company puts itself together, brings its people from a sheet, and lets one go."""

import pytest

from people import sheets
from people.models import Membership, Organisation, User
from people.roles import Role
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

ADD = "main form.card button.pri"
HEADING = ["Name", "Account", "Role", "Team", "Company", "E-mail"]


def fills(person, url, **values):
    """Fill in the form of a page and send it."""
    person.go(url)
    for name, value in values.items():
        field = f"#id_{name}"
        if person.page.eval_on_selector(field, "e => e.tagName") == "SELECT":
            person.page.select_option(field, value)
        else:
            person.page.fill(field, value)
    person.click(ADD)
    assert person.page.query_selector("#live .success"), person.text()


@pytest.mark.parametrize(
    ("viewport", "locale", "script"),
    [(PHONE, "en", True), (DESKTOP, "zh-CN", False)],
    ids=["english-at-390", "chinese-without-javascript"],
)
def test_a_company_is_put_together(site, open_page, tmp_path, viewport, locale, script):
    store = make.store()
    file = tmp_path / "people.xlsx"
    rows = [
        ["张一", "zhangyi", "salesperson", "市场二部", "", ""],
        ["张二", "zhanger", "agent", "", "恒信", ""],
        ["", "x"],
    ]
    file.write_bytes(sheets.write("people", HEADING, rows))
    with clock.standing_at(make.MOMENT):
        admin = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.admin, script=script)
        fills(admin, "/settings/company", name="秀兰集团", short_name="秀兰")
        fills(admin, "/settings/projects", name="森活里", code="senhuoli", time_zone="Asia/Shanghai")
        fills(admin, "/settings/sites", name="东区店", opens="08:30", closes="20:00")
        fills(admin, "/settings/teams", name="市场二部", leader=str(store.sun.user.pk))
        fills(admin, "/settings/agencies", kind="distributor", name="恒信公司", short_name="恒信")
        admin.go("/settings/people/import")
        admin.page.set_input_files("#id_file", file)
        admin.click("form[enctype] button.pri")
        admin.click("form[action$='/import/do'] button.pri")
        admin.click("main form button.pri")
        assert admin.page.locator("input[readonly]").count() == 2
    with clock.standing_at(make.at("2025-04-28 17:00")):
        leaves(admin, User.objects.get(username="zhangyi"))
    assert Membership.objects.get(user__username="zhanger").organisation == Organisation.objects.get(short_name="恒信")


def leaves(admin, user):
    """Somebody gets another role, loses one, and leaves."""
    admin.go(f"/settings/people?q={user.username}")
    admin.click("tbody a")
    admin.page.select_option("#role_role", Role.DESIGNER)
    admin.click("form[action$='/roles'] button")
    admin.click("a[href$='/end']")
    admin.click(ADD)
    admin.click("a[href$='/deactivate']")
    admin.click(ADD)
    user.refresh_from_db()
    assert not user.is_active
    admin.go("/settings/people?state=left")
    assert user.name in admin.text()


@pytest.mark.parametrize(("viewport", "locale"), [(PHONE, "en"), (DESKTOP, "zh-CN")], ids=["en-390", "zh-1280"])
def test_every_page_of_the_company_keeps_nobody_out(site, open_page, viewport, locale):
    store = make.store()
    agency = make.agency("安居公司")
    make.person("broker", "高翔", Role.AGENT, store.project, organisation=agency)
    li, role = store.li.user.pk, store.li.user.memberships.get().pk
    urls = [
        "/settings/projects/store", "/settings/projects/store/close", f"/settings/sites/{store.site.pk}",
        f"/settings/teams/{store.team.pk}", f"/settings/teams/{store.team.pk}/close", f"/settings/agencies/{agency.pk}",
        f"/settings/agencies/{agency.pk}/close", "/settings/people", "/settings/people/new", f"/settings/people/{li}",
        f"/settings/people/{li}/roles/{role}/team", f"/settings/people/{li}/roles/{role}/end",
        f"/settings/people/{li}/deactivate",
    ]  # fmt: skip
    with clock.standing_at(make.MOMENT):
        admin = Person(open_page(viewport=viewport, locale=locale), site, store.admin)
        for url in urls:
            admin.go(url)
        admin.go("/settings/people/new")
        admin.click(ADD)
        general = Person(open_page(viewport=viewport, locale=locale), site, store.general)
        for url in ("/settings/people", f"/settings/people/{li}"):
            general.go(url)


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without"])
def test_on_a_phone_the_menu_is_one_button_that_a_keyboard_opens_and_leaves(site, open_page, script):
    admin = Person(open_page(viewport=PHONE, script=script), site, make.store().admin, script=script)
    admin.go("/settings/company")
    menu, button = admin.page.locator("#settings-menu"), admin.page.locator("button.menu")
    assert not menu.is_visible()
    button.focus()
    admin.page.keyboard.press("Enter")
    assert menu.is_visible()
    admin.look()
    admin.page.keyboard.press("Escape")
    assert not menu.is_visible()
    assert admin.page.locator("button.menu:focus").count() == 1
    admin.page.keyboard.press("Enter")
    menu.locator("a[href='/settings/sites']").click()
    assert admin.page.url.endswith("/settings/sites")


def test_on_a_desk_the_menu_stands_beside_the_page(site, open_page):
    admin = Person(open_page(), site, make.store().admin)
    admin.go("/settings/company")
    assert admin.page.locator("#settings-menu").is_visible()
    assert not admin.page.locator("button.menu").is_visible()
