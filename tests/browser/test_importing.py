"""A file on its way in, as somebody at a window sees it: on a phone in English, at a desk in Chinese without JavaScript."""

import pytest

from leads.importing import background
from leads.models import ImportRun, Ownership
from tests import make
from tests.browser.fixtures import DESKTOP, PHONE
from tests.browser.people import Person
from trail import clock

ROWS = [
    "姓名,手机号,业务员,归属开始,到期", "张三,13910000001,李强,2024-03-03,2025-06-30", "李四,1391234,李强,2024-03-03,",
    "张三,13910000001,王芳,2024-02-02,",
]  # fmt: skip


@pytest.mark.parametrize(
    ("viewport", "locale", "script"),
    [(PHONE, "en", True), (DESKTOP, "zh-CN", False)],
    ids=["english-at-390", "chinese-without-javascript"],
)
def test_existing_ownership_is_brought_tried_imported_and_confirmed(
    site, open_page, tmp_path, viewport, locale, script
):
    store = make.store()
    file = tmp_path / "list.csv"
    file.write_text("\n".join(ROWS), encoding="gb18030")
    with clock.standing_at(make.MOMENT):
        boss = Person(open_page(viewport=viewport, locale=locale, script=script), site, store.manager, script=script)
        boss.go("/import")
        boss.page.check("input[name=kind][value=ownership]", force=True)
        boss.page.set_input_files("#id_file", file)
        boss.click("form[enctype] button.pri")
        run = ImportRun.objects.get()
        background.try_import.call(run.pk)
        boss.go(f"/import/{run.no}")
        boss.click("form[action$='/begin'] button.pri")
        background.do_import.call(run.pk)
        boss.go(f"/import/{run.no}")
        boss.click("form[action$='/confirm'] button.pri")
        boss.go("/import")
    assert ImportRun.objects.get().confirmed_by == store.manager.user
    assert Ownership.objects.get(until=None).user == store.wang.user
