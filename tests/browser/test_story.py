"""The whole story in a real browser: registered, contested, visited, ruled, signed, exported."""

import csv
import io
import os
from decimal import Decimal

import openpyxl
import pytest

from arbitration.models import Collision
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock


def downloaded(page, selector):
    with page.expect_download() as download:
        page.click(selector)
    return download.value.path().read_bytes()


@pytest.mark.parametrize(
    ("viewport", "locale"), [(DESKTOP, "zh-CN"), (PHONE, "en")], ids=["chinese-at-1280", "english-at-390"]
)
def test_one_customer_from_registration_to_the_export(site, open_page, viewport, locale):
    store = make.store()
    chinese = locale == "zh-CN"

    def window(here):
        return Person(open_page(viewport=viewport, locale=locale), site, here)

    with clock.standing_at(make.at("2025-04-01 10:00")):
        assert "BB-250401-" in window(store.li).register("张建国先生 13912343333")
    with clock.standing_at(make.at("2025-04-02 10:00")):
        receipt = window(store.wang).register("张先生，139 1234 3333")
        assert "李强" in receipt
        assert ("主管会裁定" if chinese else "李强 follows") in receipt
    with clock.standing_at(make.at("2025-04-10 14:05")):
        desk = window(store.desk)
        said = desk.log_visit("13912343333", "张建国", store.wang)
        assert "DF-250410-" in said
        assert "撞单" not in said
        assert "ollision" not in said
    with clock.standing_at(make.at("2025-04-11 09:00")):
        picture = "case.png" if chinese and os.environ.get("GUISHU_PICTURES") else ""
        ruled = window(store.manager).agree("先报备在先，记录清楚", picture)
        assert "CD-250411-" in ruled
    with clock.standing_at(make.at("2025-04-12 16:00")):
        assert "HT-250412-" in window(store.li).sign_deal("100000", "6000.01")
    with clock.standing_at(make.at("2025-04-30 16:00")):
        money = window(store.finance)
        money.go("/period/202504")
        assert "¥6,000.01" in money.text()
        check_csv(downloaded(money.page, "button[value='csv']"))
        check_xlsx(downloaded(money.page, "button[value='xlsx']"))


def check_csv(content):
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert sum(Decimal(row[7]) for row in rows[1:]) == Decimal("6000.01")
    assert [row[4] for row in rows[1:]] == ["139****3333"]


def check_xlsx(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sum(Decimal(str(cell.value)) for cell in sheet["H"][1:]) == Decimal("6000.01")


def test_the_three_main_jobs_without_javascript(site, open_page):
    store = make.store()

    def window(here):
        return Person(open_page(script=False), site, here, script=False, typed=True)

    with clock.standing_at(make.at("2025-04-01 10:00")):
        assert "BB-250401-" in window(store.li).register("张建国先生 13912343333")
    with clock.standing_at(make.at("2025-04-10 14:05")):
        assert "已通知李强" in window(store.desk).log_visit("13912343333", "张建国", store.wang)
    with clock.standing_at(make.at("2025-04-11 09:00")):
        boss = window(store.manager)
        boss.go("/cases")
        boss.click("tbody a")
        boss.page.click("label[for='id_kind_3']")
        boss.page.fill("#id_reason", "请总经理定")
        boss.click("form[action*='/check'] button.pri")
        boss.page.fill("#id_password", make.PASSWORD)
        boss.page.check("#id_checked")
        boss.click("form[action*='/sign'] button.pri")
        assert Collision.objects.get().with_general_manager


def test_the_slip_is_exactly_one_page(site, open_page):
    store = make.store()
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user, invited_by=store.li.user)
    with clock.standing_at(make.MOMENT):
        desk = Person(open_page(), site, store.desk)
        desk.go(f"/visits/{visit.no}/slip")
        pdf = desk.page.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type/Page/") == 1
    assert make.PHONE not in desk.text()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_page_keeps_nobody_out_in_either_language_and_size(site, open_page, viewport, locale):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"), number="13900000009", name="李梅")
    visit = make.arrived(store, make.MOMENT)
    pages = {
        "desk": [
            "/desk",
            "/visits",
            f"/visits/{visit.no}",
            f"/visits/{visit.no}/slip",
            "/rotation",
            "/policy",
            "/inbox",
        ],
        "li": ["/me", "/me?book=visit", "/me?book=signed", "/register", f"/customers/{make.customer().pk}", "/account"],
        "manager": ["/cases", "/cases?tab=ruled", "/penalties"],
        "general": ["/period/202504", "/audit", "/settings/people"],
    }
    with clock.standing_at(make.MOMENT):
        for who, urls in pages.items():
            person = Person(open_page(viewport=viewport, locale=locale), site, getattr(store, who))
            for url in urls:
                person.go(url)
                if locale == "en":
                    assert person.page.get_attribute("html", "lang") == "en"
