"""Evidence in a real browser: a photo staged, covered by dragging and submitted; an operator's list looked at and kept."""

from arbitration.models import Attachment, CaseEvent, Collision
from tests import agencies, make
from tests.arbitration.test_call_files import MOBILE
from tests.browser.fixtures import PHONE
from tests.browser.people import Person
from tests.hostile_files import picture
from trail import clock

BRING = "details:has(#file_file)"


def test_a_photo_is_brought_covered_and_seen_and_calls_are_read_from_a_list(site, open_page):
    estate = make.estate()
    with clock.standing_at(make.MOMENT):
        case = agencies.reported(estate)
        agent = Person(open_page(viewport=PHONE), site, estate.anju)
        agent.go(f"/cases/{case.no}")
        agent.page.click(f"{BRING} summary")
        photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(900, 1200))}
        agent.page.set_input_files("#file_file", photo)
        agent.page.select_option("#file_kind", "proof")
        agent.page.fill("#file_says", "户口本，两人同一页")
        agent.click(f"{BRING} button.pri")
        agent.click("form[action$='/files/submit'] button.pri")
        file = Attachment.objects.get()
        assert file.state == "submitted"
        agent.go(f"/cases/{case.no}/calls")
        agent.page.select_option("#sheet_issuer", "china_mobile")
        agent.page.fill("#sheet_own", agencies.ANJU)
        agent.page.fill("#sheet_customer", make.PHONE)
        agent.page.set_input_files(
            "#sheet_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": MOBILE.encode("gbk")}
        )
        agent.click("form[action$='/calls/file'] button.pri")
        agent.click("form[action$='/calls/keep'] button.pri")
        assert CaseEvent.objects.filter(type="call_list").count() == 2

        judge = Person(open_page(locale="en"), site, estate.manager)
        judge.go(f"/cases/{Collision.objects.get().no}/files/{file.pk}")
        spot = judge.page.locator("[data-page='1']").bounding_box()
        judge.page.mouse.move(spot["x"] + 10, spot["y"] + 10)
        judge.page.mouse.down()
        judge.page.mouse.move(spot["x"] + 210, spot["y"] + 60)
        judge.page.mouse.up()
        assert judge.page.input_value("[data-boxes]").startswith("1 ")
        judge.click("form[action$='/cover'] button.pri")
        assert file.redacted.count() == 1
