"""A manager opens a case about a slot on a phone and puts an offer on record, with and without JavaScript."""

import os
from pathlib import Path

from arbitration import services
from arbitration.models import CaseEvent, Collision
from tests import make
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from trail import clock

OTHER = "13700000001"


def test_a_slot_is_contested_and_an_offer_is_on_record(site, open_page):
    store = make.store()
    services.put_in_force(
        project=store.project, policy=services.publish("media-slots", at=make.LONG_AGO), by="tests", at=make.LONG_AGO
    )
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"), number=OTHER, name="赵秀英")
    with clock.standing_at(make.MOMENT):
        boss = Person(open_page(viewport=PHONE), site, store.manager)
        boss.go("/cases/subjects")
        boss.page.select_option("#id_kind", "media_slot")
        boss.page.fill("#id_name", "人民广场站 3 号灯箱")
        boss.click("main form button.pri")
        boss.go("/cases/new")
        boss.page.check("input[name=matter][value=slot]")
        boss.page.select_option("#id_subject", index=1)
        for i, (here, number) in enumerate(((store.li, make.PHONE), (store.wang, OTHER)), start=1):
            boss.page.select_option(f"#id_claimant_{i}", str(here.user.pk))
            boss.page.fill(f"#id_for_{i}", number)
        boss.page.fill("#id_reason", "两位客户都要这一个")
        shot(boss, "new")
        boss.click("main form button.pri")
        case = Collision.objects.get(matter="slot")
        assert "人民广场站 3 号灯箱" in boss.text()
        boss.page.select_option("#record-kind", "offer")
        boss.page.wait_for_selector("#record_offer_price")
        shot(boss, "offer")
        plain = Person(open_page(script=False), site, store.manager, script=False)
        plain.go(f"/cases/{case.no}?event=offer")
        plain.page.select_option("#record_offer_by", str(store.li.user.pk))
        plain.page.select_option("#record_offer_customer", str(make.customer().pk))
        plain.page.select_option("#record_offer_subject", index=1)
        plain.page.fill("#record_offer_price", "50000")
        plain.click("form[action$='/record/offer'] button.pri")
        assert CaseEvent.objects.get(type="offer").payload["price"] == 50_000_00
        shot(plain, "recorded")


def shot(person, name):
    if folder := os.environ.get("SHOTS"):
        person.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
