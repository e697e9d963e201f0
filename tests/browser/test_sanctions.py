"""处分 in a browser: told on the phone, answered there, decided at a desk, signed and appealed against."""

from penalties import services
from tests import make, sanctions
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from tests.sanctions import against, kinds, noticed, ruled
from trail import clock

ANSWERED = make.at("2025-04-29 09:00")
DECIDED = make.at("2025-04-30 09:00")


def test_somebody_answers_on_the_phone_and_a_second_person_decides(site, open_page):
    store = make.store()
    (row,) = ruled(store, against(store.wang, "fine", 500_00, "D01-P.a"))
    sanctions.adopted(store)
    noticed(store.manager, row)
    with clock.standing_at(ANSWERED):
        mine = Person(open_page(viewport=PHONE, script=True), site, store.wang)
        mine.go("/penalties/mine")
        mine.click(f"main a[href='/penalties/{row.no}']")
        mine.click(f"main a[href='/penalties/{row.no}/answer']")
        mine.page.fill("#id_text", "客户自己来找我的")
        mine.click("main form button.pri")
        assert "申辩" in mine.text()
    with clock.standing_at(DECIDED):
        boss = Person(open_page(locale="en"), site, store.general)
        boss.go("/penalties?tab=decide")
        boss.click(f"main a[href='/penalties/{row.no}']")
        boss.click(f"main a[href='/penalties/{row.no}/decide']")
        boss.page.fill("#id_reason", "The customer was received by a colleague")
        boss.click("main form button.pri")
        mine.go(f"/penalties/{row.no}/acknowledge")
        mine.click("main form button.pri")
        mine.click(f"main a[href='/penalties/{row.no}/appeal']")
        mine.page.fill("#id_reason", "金额太高")
        mine.click("main form button.pri")
    assert kinds(row) == ["proposed", "noticed", "answered", "decided", "acknowledged", "appealed"]
    with clock.standing_at(DECIDED):  # the rest of the pages, each looked at once
        made = sanctions.established(store, store.li, store.zhao, when=DECIDED)
        reward = sanctions.rewarded(store)
        services.approve_reward(here=store.general, reward=reward, at=DECIDED)
        for url in ("/penalties", f"/penalties/{row.no}/appeal-decision", f"/penalties/for/accusations/{made.no}", "/accusations",
                    f"/accusations/{made.no}", f"/rewards/{reward.no}", "/rewards", "/settings/penalties"):  # fmt: skip
            boss.go(url)
        for url in ("/accusations/new", "/penalties/mine"):
            mine.go(url)
