"""消息, 通知 and 渠道 in the browser: from a mail server that is wrong to a mail that arrives, and what it asks for."""

import pytest

from people.outbox import drain
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from tests.mailbox import PASSWORD, mail_server
from trail import clock
from trail.models import Message


def fill_in(admin, port, password):
    admin.go("/settings/channels")
    for name, text in (("host", "127.0.0.1"), ("port", str(port)), ("username", "guishu"), ("secret", password)):
        admin.page.fill(f"#id_{name}", text)
    admin.page.fill("#id_sender", "guishu@example.com")
    admin.page.select_option("#id_security", "none")


@pytest.mark.parametrize(("locale", "viewport", "script"), [("zh-CN", DESKTOP, True), ("en-US", PHONE, False)])
def test_a_visitor_is_announced_by_mail_and_received(site, open_page, locale, viewport, script):
    store = make.store()
    admin = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.admin, script=script)
    li = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.li, script=script)
    for who in (admin, li):
        who.go("/account/notices")
        who.page.fill("#id_email", f"{who.here.user.username}@example.com")
        who.click("form[action$='/address'] button")
    li.page.fill("#id_quiet_from", "")
    li.click("form[action$='/notices'] button")
    assert li.page.locator("#errors").count() == 1  # one end of the quiet hours is missing
    li.page.fill("#id_quiet_until", "")
    li.click("form[action$='/notices'] button")
    with mail_server(login=True) as box:
        fill_in(admin, box.port, "wrong")
        admin.click("button[formaction$='/try']")
        assert admin.page.locator("#id_secret_error").count() == 1
        admin.page.fill("#id_secret", PASSWORD)
        admin.click("button[formaction$='/try']")
        admin.click("form[action$='/channels'] button.pri")
        assert [mail["To"] for mail in box.mails] == ["admin@example.com"]
        make.arrived(store, clock.now(), asked_for=store.li.user)
        assert drain(at=clock.now())
        link = next(line for line in box.text().splitlines() if "/inbox/" in line).partition("/inbox/")[2]
    if script:  # a page that was open before hears of it
        li.page.evaluate("htmx.ajax('GET', '/inbox/badge?n=0', {target: '#badge', swap: 'outerHTML'})")
        li.page.wait_for_selector("#badge .badge")
    li.go("/inbox")
    assert li.page.locator("#badge .badge").inner_text().startswith("1")
    li.go(f"/inbox/{link}")
    assert "/visits/" in li.page.url
    li.click("form[action$='/answer'] button")
    li.go("/inbox")
    assert li.page.locator("#badge .badge").count() == 0
    assert not Message.objects.waiting().exists()
