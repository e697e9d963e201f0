"""The desk counted: how many keys and clicks a visit costs (ux.md §5.1, J1–J6), with script and without, at three widths."""

import re

import pytest

from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from tests.visits.test_desk_outage import switch
from trail import clock
from visits import services
from visits.models import Visit

NARROW = {"width": 320, "height": 700}


class Desk(Person):
    """The desk at its keyboard; every key is counted, both of a chord, and nothing but keys is used."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.go("/desk")
        self.keys = 0

    def press(self, *keys):
        for key in keys:
            self.keys += len(key.split("+"))
            self.page.keyboard.press(key)

    def type(self, text):
        for letter in text:
            self.keys += 1
            self.page.keyboard.press(letter)

    def settles(self, *keys):
        """Keys that send a page."""
        with self.page.expect_navigation():
            self.press(*keys)
        self.look()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def desk(request, site, open_page):
    store = make.store()
    with clock.standing_at(make.MOMENT):
        yield store, lambda: Desk(open_page(script=request.param), site, store.desk, script=request.param)


def submit(desk):
    """Ctrl+Enter is script's; without, Enter in the last radio does the same."""
    desk.settles("Control+Enter" if desk.script else "Enter")


def test_a_new_walk_in_takes_at_most_35_keys_and_no_mouse(desk):
    store, opened = desk
    for i in range(60):
        make.person(f"s{i}", f"郭{'甲乙丙丁'[i % 4]}{i}", "salesperson", store.project)
    window = opened()
    window.type(make.PHONE)
    window.settles("Enter")  # nobody: the number is in the form already, the cursor at the name
    window.type("zhangsan ")  # as long as with an input method
    window.press("Tab", "Tab")
    window.type("0")
    window.press("Tab")
    window.type("wf")
    window.press("Tab", "Space")
    submit(window)
    visit = Visit.objects.get()
    assert (visit.asked_for, visit.invited_by, visit.first_time) == (store.wang.user, None, "first")
    assert "王芳" in window.text()
    assert window.keys <= 35, window.keys


def test_an_old_customer_takes_at_most_12_keys(desk):
    store, opened = desk
    make.arrived(store, make.at("2025-04-12 10:00"))
    services.leave(here=store.desk, visit=Visit.objects.get(), gift=None, at=make.at("2025-04-12 11:00"))
    window = opened()
    window.type("3333")
    window.settles("Enter")
    window.type("0")
    window.press("Tab")
    window.type("0")
    window.press("Tab", "ArrowDown")
    submit(window)
    visit = Visit.objects.latest("pk")
    assert (visit.customer, visit.first_time) == (make.customer(), "again")
    assert window.keys <= 12, window.keys


def test_an_expected_visitor_who_is_scanned_takes_the_answers_only(desk):
    store, opened = desk
    make.registered(store.li, make.at("2025-04-01 10:00"))
    customer, day = make.customer(), make.MOMENT.date()
    row = services.expect(
        here=store.li, customer=customer, site=store.site, on=day, about=None, present=True, note="", at=make.MOMENT
    )
    window = opened()
    window.page.keyboard.type(row.no)  # the scanner's, and Enter too
    with window.page.expect_navigation():
        window.page.keyboard.press("Enter")
    window.type("0")
    window.press("Tab", "Space")
    submit(window)
    row.refresh_from_db()
    assert row.visit.invited_by == store.li.user
    assert window.keys <= 12, window.keys


def test_a_refusal_takes_two_keys_and_an_area_code_none(desk):
    _store, opened = desk
    window = opened()
    window.type("0")
    if window.script:
        window.page.wait_for_timeout(400)
    assert not Visit.objects.exists()
    window.settles("Enter")
    assert Visit.objects.get().registered == "refused"
    assert window.keys <= 3


def test_the_last_four_digits_find_somebody_while_they_are_typed(site, open_page):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.li, make.at("2025-04-01 10:00"), number="13800003333", name="赵雅")
    with clock.standing_at(make.MOMENT):
        window = Desk(open_page(), site, store.desk)
        window.type("3333")
        window.page.wait_for_selector("#results button[data-key='Alt+2']")
        window.look()
        with window.page.expect_navigation():
            window.press("Alt+2")
        assert window.page.input_value("#id_name") == "张建国"  # who was entered last comes first
        assert window.keys <= 6


def test_a_departure_takes_three_keys_or_one_click(site, open_page):
    store = make.store()
    make.arrived(store, make.MOMENT)
    make.arrived(store, make.MOMENT, number="13900000001", name="李梅")
    with clock.standing_at(make.MOMENT):
        window = Desk(open_page(), site, store.desk)
        window.settles("Control+Alt+1")
        assert window.keys <= 3
        window.click("form[action$='/leave'] button[value='']")
    assert not Visit.objects.on_site().exists()


def test_one_key_prints_and_one_more_of_the_party_needs_name_and_number(site, open_page):
    store = make.store()
    with clock.standing_at(make.MOMENT):
        window = Desk(open_page(), site, store.desk)
        fill(window, "张建国", make.PHONE)
        with window.page.expect_navigation():
            window.press("F9")
        assert "/slip" in window.page.url
        window.go("/desk")
        window.page.keyboard.press("Alt+g")
        window.page.wait_for_url("**/desk?party=*")
        window.page.keyboard.type("李梅")
        window.page.keyboard.press("Tab")
        window.page.keyboard.type("13900000001")
        window.settles("Control+Enter")
    first, second = Visit.objects.order_by("pk")
    assert (second.party, second.receptions.get().by) == (first.no, first.receptions.get().by)


def fill(window, name, phone):
    window.page.fill("#id_name", name)
    window.page.fill("#id_phone", phone)
    window.page.select_option("#id_invited_by", "none")
    window.page.select_option("#id_asked_for", "none")
    window.page.click("label[for='id_first_time_0']")
    if window.script:
        window.page.wait_for_selector("#routing button[data-key='F8']")


def test_an_input_method_neither_searches_nor_presses_anything(site, open_page):
    """What a Chinese input method sends while it composes: keys with code 229, and input that is not meant yet."""
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    with clock.standing_at(make.MOMENT):
        window = Desk(open_page(), site, store.desk)
        sent = []
        window.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        window.page.evaluate("""() => {
          const q = document.getElementById("q");
          for (const key of ["F8", "F9", "Enter", "Escape", "F2"])
            q.dispatchEvent(new KeyboardEvent("keydown", {key, keyCode: 229, isComposing: true, bubbles: true, cancelable: true}));
          q.value = "zhang'jian";
          q.dispatchEvent(new InputEvent("input", {isComposing: true, bubbles: true}));
        }""")
        window.page.wait_for_timeout(400)
        assert (sent, window.page.evaluate("document.activeElement.id")) == ([], "q")
        window.page.evaluate("""() => {
          const q = document.getElementById("q");
          q.value = "张建国";
          q.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true}));
        }""")
        window.page.wait_for_selector("#results button[name='choose']")


def test_the_floor_is_asked_anew_but_not_in_a_hidden_window(site, open_page):
    store = make.store()
    with clock.standing_at(make.MOMENT):
        page = open_page()
        page.clock.install()
        window = Desk(page, site, store.desk)
        asked = []
        page.on("response", lambda answer: asked.append(answer.status) if answer.url.endswith("/desk/now") else None)
        page.clock.run_for(20_500)
        page.wait_for_timeout(300)
        assert asked == [304]
        make.arrived(store, make.MOMENT)
        page.clock.run_for(20_000)
        page.wait_for_selector("#now form[action$='/leave']")
        assert asked == [304, 200]
        page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
        page.clock.run_for(60_000)
        page.wait_for_timeout(300)
        assert asked == [304, 200]
        window.look()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, NARROW], ids=["1280", "390", "320"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_desk_with_everything_on_it_fits_and_shuts_nobody_out(site, open_page, viewport, locale):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    services.expect(
        here=store.li, customer=make.customer(), site=store.site, on=make.MOMENT.date(), about=None, present=True, note="",
        at=make.MOMENT,
    )  # fmt: skip
    make.arrived(store, make.MOMENT, number="13900000001", name="李梅")
    with clock.standing_at(make.MOMENT):
        window = Desk(open_page(viewport=viewport, locale=locale), site, store.desk)
        window.page.fill("#q", "3333")
        window.page.wait_for_selector("#results button[name='choose']")
        window.look()
        window.click("#results button[name='choose']")
        fill(window, "张建国", make.PHONE)
        window.look()
        assert not re.search("撞单|ollision", window.text())
        window.click("#routing button.pri")
        assert "DF-250428-" in window.text()


def test_the_form_comes_back_when_the_database_is_away_and_is_sent_once_more(site, browser):
    store = make.store()
    with clock.standing_at(make.MOMENT), browser.new_context(java_script_enabled=False) as context:
        window = Desk(context.new_page(), site, store.desk, script=False)
        fill(window, "张建国", make.PHONE)
        switch(on=False)
        try:
            window.page.click("#routing button.pri")
            assert window.page.input_value("[name='name']") == "张建国"
        finally:
            switch(on=True)
        window.click("button.pri")
        assert "DF-250428-" in window.text()
    assert Visit.objects.count() == 1
