"""A customer asks to be erased: the desk takes it down, one manager proposes, another person checks and agrees."""

from datetime import timedelta
from pathlib import Path

import pytest

from leads.models import Erasure, PersonRequest
from leads.privacy.requests import take_request
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

NOW = make.at("2025-04-28 14:05")


def test_what_a_customer_asked_for_is_gone_when_two_people_agreed(site, open_page, settings, tmp_path):
    settings.GUISHU_ERASURES = str(tmp_path / "erasures.jsonl")
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    with clock.standing_at(NOW):
        desk = Person(open_page(viewport=PHONE), site, store.desk)
        desk.go(f"/customers/{make.customer().pk}/request?kind=erase")
        desk.page.fill("#id_identified", "看了身份证原件")
        desk.click("main form button.pri")
        no = PersonRequest.objects.get().no
        assert no in desk.text()
        manager = Person(open_page(viewport=DESKTOP, locale="en"), site, store.manager)
        manager.go(f"/requests/{no}")
        manager.click("form[action$='/propose'] button")
        assert "Another person has to check and agree" in manager.text()
        general = Person(open_page(viewport=PHONE, script=False), site, store.general, script=False)
        general.go(f"/requests/{no}")
        general.click("a[href$='/approve']")
        assert "编号、时间、业务员" in general.text()
        general.page.fill("#id_password", make.PASSWORD)
        general.click("main form button.pri")
        assert "删除了" in general.text()
    assert Erasure.objects.count() == 1


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without"])
def test_what_is_kept_about_somebody_comes_as_a_file_after_the_password(site, open_page, script):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    with clock.standing_at(NOW - timedelta(hours=1)):
        row = take_request(
            here=store.desk, customer=make.customer(), kind="access", identified="看了证件", at=NOW - timedelta(hours=1)
        )
        manager = Person(open_page(viewport=DESKTOP, script=script), site, store.manager, script=script)
    with clock.standing_at(NOW):
        manager.go(f"/requests/{row.no}")
        manager.click("a[href$='/file/html']")
        assert "/confirm?" in manager.page.url
        manager.page.fill("#id_password", "not mine")
        manager.page.press("#id_password", "Enter")
        manager.look()
        assert "密码不对" in manager.text()
        manager.page.fill("#id_password", make.PASSWORD)
        with manager.page.expect_download() as download:
            manager.page.press("#id_password", "Enter")
        assert download.value.suggested_filename == f"{row.no}.html"
        assert "张建国" in Path(download.value.path()).read_text("utf-8")
        manager.go(f"/requests/{row.no}")
        with manager.page.expect_download() as download:
            manager.page.click("a[href$='/file/json']")
        assert download.value.suggested_filename == f"{row.no}.json"


def test_the_other_pages_of_privacy_are_whole(site, open_page):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    with clock.standing_at(NOW):
        admin = Person(open_page(viewport=DESKTOP), site, store.admin)
        admin.go("/settings/notice")
        admin.click("main form button.pri")
        admin.go("/privacy/store")
        admin.go("/settings/retention")
        li = Person(open_page(viewport=PHONE), site, store.li)
        li.go(f"/customers/{make.customer().pk}")
        li.click("form[action$='/told'] button")
        assert "第 1 版" in li.text()
        li.go("/looks")
        li.go("/register")
