"""The editor in a real browser: a conflicting row is refused with its witness, and a second person publishes."""

import pytest

from arbitration.models import PolicyDraft, PolicyVersion
from tests import make
from tests.arbitration.drafts import begun
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

SIZES = pytest.mark.parametrize(
    ("viewport", "locale", "script"),
    [(DESKTOP, "zh-CN", True), (PHONE, "en-US", False)],
    ids=["chinese-at-1280", "english-at-390-without-javascript"],
)


@SIZES
def test_a_conflicting_row_is_refused_and_the_second_person_publishes(site, open_page, viewport, locale, script):
    with clock.standing_at(make.MOMENT):
        store = make.store()
        draft = begun(store)
        manager = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.manager, script=script)
        manager.go(f"/policy/drafts/{draft.pk}/add?stage=ownership")
        manager.page.select_option("#rule_c0_fact", "visit.any")
        manager.click("button[name=refresh]")
        manager.page.select_option("#rule_c0_value", "True")
        manager.page.select_option("#rule_then", index=1)
        for name in ("title_zh", "title_en", "says_zh", "says_en"):
            manager.page.fill(f"#rule_{name}", "本公司的 our own")
        manager.click("main form button.pri")
        assert "visit.any" in manager.page.input_value("#rule_c0_fact")
        assert manager.page.query_selector(".errsum li")
        assert PolicyDraft.objects.get().version == 1
        manager.go(f"/policy/drafts/{draft.pk}?rule=G-56")
        manager.page.fill("#param_p_lax_days", "10")
        manager.click("form[action$='/parameters/G-56'] button")
        manager.go(f"/policy/drafts/{draft.pk}/submit")
        manager.page.fill("#id_why", "跟进要快")
        manager.click("main form button.pri")
        boss = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.general, script=script)
        boss.go(f"/policy/drafts/{draft.pk}/publish")
        boss.page.check("#id_checked")
        boss.page.fill("#id_password", make.PASSWORD)
        boss.click("form:has(#id_checked) button.pri")
        assert PolicyVersion.objects.filter(version="1.1").exists()
        boss.go("/policy")
