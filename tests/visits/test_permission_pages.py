"""Who may get in touch, on the pages and by program: stopped with a way out, asked, let in by one button, taken back."""

import pytest

from arbitration import services as arbitration
from leads import claims
from leads.models import Contact
from people.terms import Terms
from tests import make
from tests.programs import program
from trail.models import Entry, Message
from visits.models import Conduct, Permission
from visits.services import leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def received(store):
    """李强 received a customer on 3 March whom 王芳 follows and 孙丽 had reported, too; the policy wants his leave."""
    make.terms(store.project, ask_receiver=True)
    for here in (store.wang, store.sun):
        make.registered(here, make.at("2025-03-01 10:00"))
    store.project.refresh_from_db()
    make.terms(store.project, routing=("asked_for",))
    visit = make.arrived(store, make.at("2025-03-03 10:00"), asked_for=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-03-03 11:00"))
    return store


def url(page=""):
    return f"/customers/{make.customer().pk}/permissions{page}"


CALL = {"mode": "call", "connected": "yes", "confirmed": "on"}


def test_a_colleague_is_stopped_asks_is_let_in_by_one_button_and_calls(received, signed_in):
    sun = signed_in(received.sun)
    stopped = sun.post(f"/customers/{make.customer().pk}/contact", CALL)
    assert stopped.status_code == 409
    assert "严禁与该客户联系" in stopped.content.decode()
    assert f'<a class="btn" href="{url()}">' in stopped.content.decode()
    assert not Contact.objects.exists()
    blocked = Entry.objects.get(action="contact.blocked")
    assert (blocked.actor, blocked.subject) == (str(received.sun.user.pk), f"customer:{make.customer().pk}")
    assert "请李强允许" in sun.get(url()).content.decode()
    assert sun.post(url("/ask")).url == url()
    asked = Message.objects.get(kind="permission.asked", to=str(received.li.user.pk))
    li = signed_in(received.li)
    page = li.get(asked.link).content.decode()
    assert f'<option value="{received.sun.user.pk}" selected>' in page
    assert li.post(url(), {"to": received.sun.user.pk, "kind": "contact"}).status_code == 302
    assert sun.post(f"/customers/{make.customer().pk}/contact", CALL).status_code == 302
    assert Contact.objects.get().by == received.sun.user


def test_leave_is_taken_back_on_the_page(received, signed_in):
    li = signed_in(received.li)
    li.post(url(), {"to": received.sun.user.pk, "kind": "contact"})
    row = Permission.objects.get()
    assert f"/permissions/{row.pk}/end" in li.get(url()).content.decode()
    assert li.post(f"/permissions/{row.pk}/end").url == url()
    row.refresh_from_db()
    assert row.ended_at
    assert "收回" in li.get(url()).content.decode()
    assert signed_in(received.sun).post(f"/permissions/{row.pk}/end").status_code == 302
    assert Entry.objects.filter(action="permission.end").count() == 1


def test_nobody_is_let_join_a_customer_who_is_gone(received, signed_in):
    li = signed_in(received.li)
    assert 'value="join"' not in li.get(url()).content.decode()
    assert li.post(url(), {"to": received.sun.user.pk, "kind": "join"}).status_code == 422


def test_the_page_of_a_visit_shows_whom_the_receiver_lets_in(received, signed_in):
    visit = make.arrived(received, make.at("2025-04-28 11:00"), asked_for=received.li.user)
    li = signed_in(received.li)
    assert url() in li.get(f"/visits/{visit.no}").content.decode()
    li.post(url(), {"to": received.zhao.user.pk, "kind": "join"})
    assert "一起接待" in li.get(f"/visits/{visit.no}").content.decode()
    assert "赵磊" in signed_in(received.desk).get(f"/visits/{visit.no}").content.decode()


def test_where_owners_are_not_disclosed_the_page_names_nobody(received, signed_in):
    make.terms(received.project, disclose_owner=False)
    page = signed_in(received.sun).get(url()).content.decode()
    assert "李强" not in page
    assert "请接待人允许" in page


def test_a_stranger_and_an_agency_find_no_page(received, estate, signed_in):
    assert signed_in(received.zhao).get(url()).status_code == 404
    make.registered(estate.anju, make.at("2025-04-01 10:00"))
    assert signed_in(estate.anju).get(url()).status_code == 404


def test_who_is_too_curious_in_the_pool_is_led_to_whom_to_ask(store, signed_in):
    make.terms(store.project, ask_receiver=True, protection_days=7)
    visit = make.arrived(store, make.at("2025-04-01 10:00"), hand_to=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-04-01 11:00"))
    claims.current(store.project, make.customer(), make.at("2025-04-20 10:00"))  # the protection has run out
    wang = signed_in(store.wang)
    answer = wang.post(f"/pool/{make.customer().pk}/claim")
    assert answer.url == url()
    assert "请李强允许" in wang.get(url()).content.decode()


# ── by program ──


def test_a_program_asks_allows_ends_and_reports(received):
    path = f"customers/{make.customer().pk}/permissions"
    sun, li = program(received.sun), program(received.li)
    stopped = sun.post(f"customers/{make.customer().pk}/contacts", {"mode": "call", "confirmed": True})
    assert (stopped.status_code, stopped.json()["code"]) == (409, "ask_receiver")
    assert Entry.objects.filter(action="contact.blocked").count() == 1
    assert sun.post(f"{path}/ask", {}).json()["asked"][0]["name"] == "李强"
    given = li.post(path, {"to": received.sun.user.pk, "kind": "contact"})
    assert (given.status_code, given.json()["ground"], given.json()["to"]["name"]) == (201, "holder", "孙丽")
    assert [row["id"] for row in sun.get(path).json()["results"]] == [given.json()["id"]]
    assert sun.post(f"customers/{make.customer().pk}/contacts", {"mode": "call", "confirmed": True}).status_code == 201
    assert li.post(f"permissions/{given.json()['id']}/end", {}).json()["ended_at"]
    visit = make.customer().visits.get()
    sent = {
        "kind": "interruption", "by": received.sun.user.pk, "against": received.li.user.pk, "visit": visit.no,
        "happened_at": "2025-03-03T10:20:00+08:00",
    }  # fmt: skip
    told = program(received.desk).post("conduct", sent)
    assert (told.status_code, told.json()["reported_by"]["name"], told.json()["visit"]) == (201, "周敏", visit.no)
    assert sun.get("conduct").json()["results"][0]["reported_by"] is None
    assert program(received.zhao).post("conduct", sent).status_code == 404
    assert Conduct.objects.count() == 1


def test_the_term_is_set_in_settings_and_by_putting_the_policy_in_force(store):
    arbitration.withdraw(project=store.project, pack="home-decoration", by="x", at=make.at("2025-04-01 09:00"))
    assert store.project.terms.ask_receiver is False
    arbitration.put_in_force(
        project=store.project, policy=arbitration.publish("intent-table", at=make.LONG_AGO), terms=Terms(), by="x",
        at=make.at("2025-04-01 10:00"),
    )  # fmt: skip
    store.project.refresh_from_db()
    assert store.project.terms.ask_receiver is True
    boss = program(store.general)
    rules = boss.get("protection-rules").json()
    assert boss.post("protection-rules", rules | {"ask_receiver": False}).json()["ask_receiver"] is False
