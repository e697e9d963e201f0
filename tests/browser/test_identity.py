"""The desk settles who a customer is on a telephone; a manager merges two records without JavaScript and parts them again."""

from leads.models import IdentityQuestion, Merge, Registration
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

NOW = make.at("2025-04-28 14:05")
OTHER = "13700000000"


def test_the_desk_settles_who_somebody_is_on_a_telephone_in_english(site, open_page):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"), name="李红", honorific="女士")
    with clock.standing_at(NOW):
        desk = Person(open_page(viewport=PHONE, locale="en"), site, store.desk)
        desk.go("/questions")
        assert "same whole number, another name" in desk.text()
        question = IdentityQuestion.objects.get()
        desk.page.press(f"#q{question.pk}_why", "Enter")  # nothing is decided by Enter
        desk.click("button[value='other']")
        assert "Say how you found out" in desk.text()
        desk.page.fill(f"#q{question.pk}_why", "看了身份证")
        desk.click("button[value='other']")
        assert "Nothing to settle" in desk.text()
    assert Registration.objects.get(by=store.wang.user).customer.name == "李红"


def test_two_records_are_merged_and_parted_without_javascript(site, open_page):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"), number=OTHER, name="赵云")
    with clock.standing_at(NOW):
        manager = Person(open_page(viewport=DESKTOP, script=False), site, store.manager, script=False)
        manager.go(f"/customers/{make.customer().pk}")
        manager.click("a[href$='/merge']")
        manager.page.fill("#id_other", "赵云")
        manager.click("main form button.pri")
        assert "立案由主管裁定" in manager.text()
        manager.page.fill("#id_reason", "同一张身份证")
        manager.click("main form button.pri")
        assert "赵云先生并进了这条" in manager.text()
        manager.click("a[href*='/merges/']")
        manager.page.fill("#id_why", "是两位")
        manager.click("main form button.pri")
        assert "并进了这条" not in manager.text()
    assert Merge.objects.get().undone_at == NOW


def test_looking_first_tells_a_colleague_whom_a_line_may_mean(site, open_page):
    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    with clock.standing_at(NOW):
        wang = Person(open_page(viewport=PHONE), site, store.wang)
        wang.go("/register")
        wang.page.fill("#id_text", "李红女士 13912343333\n张建国先生 13700000000")
        wang.click("button[formaction$='/register/check']")
        assert "整号相同，姓名不同" in wang.text()
        assert "仅姓名相似" in wang.text()
