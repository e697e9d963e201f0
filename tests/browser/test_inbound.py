"""An SMS comes in through a gateway that was just opened; whose it is, is said; it is put right, reviewed, asked for."""

import pytest

from leads.inbound.signing import HEADER, signature
from leads.models import InboundMessage, InboundSource, Registration
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock


def sent(person, site, secret):
    """A gateway's post."""
    source = InboundSource.objects.get()
    body = '{"id": "s-1", "from": "13700001111", "text": "王先生，13812340000\\n李总"}'.encode()
    signed = signature(secret, body, int(clock.now().timestamp()))
    headers = {HEADER: signed, "Content-Type": "application/json"}
    return person.page.request.post(f"{site}/hooks/sms/{source.pk}", data=body, headers=headers)


@pytest.mark.parametrize(("locale", "viewport", "script"), [("zh-CN", DESKTOP, True), ("en-US", PHONE, False)])
def test_from_a_gateway_to_a_reviewed_report(site, open_page, locale, viewport, script):
    store = make.store()
    admin, manager, li, wang = (
        Person(open_page(viewport=viewport, locale=locale, script=script), site, here, script=script)
        for here in (store.admin, store.manager, store.li, store.wang)
    )
    admin.go("/settings/inbound")
    admin.page.fill("#id_name", "短信网关")
    admin.click("form[action$='/gateway'] button.pri")
    secret = admin.page.inner_text("dd.codes").strip()
    assert sent(admin, site, secret).json()["state"] == "unknown"
    manager.go("/inbound")
    manager.click("tbody th a")
    manager.page.select_option("#id_user", str(store.li.user.pk))
    manager.click("form[action$='/assign'] button.pri")
    message = InboundMessage.objects.get()
    li.go(f"/inbound/{message.pk}")
    li.page.fill("#id_text", "李总 13911112222")
    li.click("form[action$='/put-right'] button.pri")
    assert Registration.objects.filter(by=store.li.user).count() == 2
    manager.go("/reviews")
    manager.click("button[name='approved'][value='no'] >> nth=0")
    assert manager.page.locator(".has-err").count() == 1
    manager.page.fill(".has-err input", "空号")
    manager.click("section:has(.has-err) button[value='no']")
    wang.go("/register")
    wang.page.fill("#id_text", "王先生 13812340000")
    wang.click("button[formaction*='/check']")
    wang.click("button[formaction$='/register/contact']")
    li.go("/inbox")
    manager.go("/prechecks")
    assert store.wang.user.name in manager.text()
    li.go(f"/customers/{make.customer('13812340000').pk}")
    assert store.wang.user.name in li.text()
