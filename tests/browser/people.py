"""What people do in the browser, in words of either language: everything is found by name and place, not by its text."""

from pathlib import Path
from typing import Any

import pyotp
from django.conf import settings
from django.test import Client

from tests import make
from tests.browser.fixtures import axe, too_wide
from trail import clock

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
ON_ITS_WAY = ".htmx-request, .htmx-swapping, .htmx-settling"  # a part of a page that is being fetched or put in


def enrol(page: Any, look: Any) -> str:
    """Set up the second factor on the page that asks for it, as far as one's own page; gives the secret."""
    page.click("form[action$='/begin'] button.pri")
    look()
    secret = str(page.inner_text("span.codes")).replace(" ", "")
    page.fill("#first_code", pyotp.TOTP(secret).at(clock.now()))
    page.click("form[action$='/confirm'] button.pri")
    look()
    page.click("main a.pri")
    look()
    return secret


class Person:
    """Somebody of the cast at a window of their own; every page they meet is looked at by axe."""

    def __init__(self, page: Any, site: str, here: Any, *, script: bool = True, typed: bool = False) -> None:
        """Signed in before the window opens; `typed` for the tests of the form itself, which takes a second for each person."""
        self.page, self.site, self.here, self.script = page, site, here, script
        (self._type_password if typed else self._bring_session)()

    def _type_password(self) -> None:
        self.go("/login")
        self.page.fill("#id_username", self.here.user.username)
        self.page.fill("#id_password", make.PASSWORD)
        self.click("main form button.pri")

    def _bring_session(self) -> None:
        client = Client()
        client.post("/login", {"username": self.here.user.username, "password": make.PASSWORD})
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.site}])

    def go(self, url: str) -> None:
        self.page.goto(self.site + url)
        self.look()

    def look(self) -> None:
        """Nothing shuts anybody out, nothing scrolls sideways."""
        self.page.wait_for_load_state()
        assert not too_wide(self.page), self.page.url
        if self.script:
            self.page.wait_for_selector(ON_ITS_WAY, state="detached")
            assert (self.page.url, axe(self.page)) == (self.page.url, [])

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.look()

    def text(self) -> str:
        return str(self.page.inner_text("main"))

    # what they come for

    def register(self, text: str) -> str:
        """Paste and register; gives what the receipt says."""
        self.go("/register")
        self.page.fill("#id_text", text)
        self.click("main form[action='/register'] button.pri")
        return self.text()

    def log_visit(self, number: str, name: str, asked_for: Any) -> str:
        """Search, enter, send somebody; gives what the desk says."""
        self.go("/desk")
        self.page.fill("#q", number)
        self.page.press("#q", "Enter")
        self.page.wait_for_load_state()
        self.page.fill("#id_name", name)
        self.page.select_option("#id_invited_by", "none")
        self.page.select_option("#id_asked_for", str(asked_for.user.pk))
        self.page.click("label[for='id_first_time_0']")
        self.page.wait_for_timeout(300)  # the routing card may be on its way
        self.look()
        self.click("#routing button.pri")
        return self.text()

    def agree(self, reason: str, picture: str = "") -> str:
        """Open the first case, agree with the proposal, check and sign; gives what the case says afterwards."""
        self.go("/cases")
        self.click("tbody a")
        case = self.page.url
        if picture:
            PICTURES.mkdir(exist_ok=True)
            self.page.screenshot(path=PICTURES / picture, full_page=True)
        self.page.click("label[for='id_kind_0']")
        self.page.fill("#id_reason", reason)
        if self.page.is_visible("#id_unheard"):
            self.page.check("#id_unheard")
        self.click("form[action*='/check'] button.pri")
        self.page.fill("#id_password", make.PASSWORD)
        self.page.check("#id_checked")
        self.click("form[action*='/sign'] button.pri")  # which leads back to the list
        self.go(case.removeprefix(self.site))
        return self.text()

    def sign_deal(self, amount: str, commission: str) -> str:
        """From the notebook to the customer to the contract."""
        self.go("/me")
        self.click("ul.list a[href^='/customers/']")
        self.click("a[href$='/deal']")
        self.page.fill("#id_amount", amount)
        self.page.fill("#id_commission", commission)
        self.click("main form button.pri")
        return self.text()
