"""The ways out of the house, as a program enters, tries and switches them off."""

import pytest

from leads.services import enter_work_phone
from people.events import POSTED
from people.models import MailServer, Robot, RobotPost, SmsGateway
from people.services.guards import TRIALS_AN_HOUR
from tests import gateway as smsc
from tests import make, robots
from tests.mailbox import PASSWORD, mail_server
from tests.programs import Program, program, token
from trail.models import Entry, Once
from trail.vault import unseal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

MAIL = {
    "host": "mail.example.com", "port": 465, "security": "tls", "username": "u", "secret": PASSWORD, "sender": "a@example.com",
}  # fmt: skip
SMS = {
    "host": "sms.example.com", "port": 3550, "tls": True, "account": smsc.ACCOUNT, "secret": smsc.PASSWORD, "sender": "1069",
    "signature": "【秀兰】",
}  # fmt: skip


@pytest.fixture
def admin(store):
    """A program of the administrator's that proves who it acts for."""
    store.admin.user.email = "admin@example.com"
    store.admin.user.save()
    return Program(token(store.admin), Proof=make.PASSWORD)


@pytest.fixture
def chat():
    with robots.groups() as found:
        yield found


def fields(answer):
    return {error["field"] for error in answer.json()["errors"]}


# ── mail ──


def test_a_mail_server_is_entered_and_its_password_is_told_nowhere(store, admin):
    assert admin.get("mail-server").json()["server"] is None
    assert program(store.admin).post("mail-server", MAIL).json()["code"] == "proof_missing"
    assert admin.post("mail-server", MAIL, key="one").json()["host"] == "mail.example.com"
    kept = admin.post("mail-server", {**MAIL, "secret": "", "sender": "b@example.com"})
    assert (kept.status_code, unseal(MailServer.objects.get().sealed_password)) == (200, PASSWORD)
    told = admin.get("mail-server")
    assert told.json()["server"]["sender"] == "b@example.com"
    assert PASSWORD not in told.content.decode() + str(list(Entry.objects.values()) + list(Once.objects.values()))
    again = admin.post("mail-server", {**MAIL, "host": "other.example.com", "secret": ""}).json()
    assert (again["code"], again["field"]) == ("password_again", "secret")


def test_every_mistake_of_a_mail_server_is_told_at_once(admin):
    wrong = {**MAIL, "host": "https://mail.example.com", "port": 0, "sender": "nobody"}
    assert fields(admin.post("mail-server", wrong)) == {"host", "port", "sender"}
    assert not MailServer.objects.exists()


def test_a_mail_server_is_tried_before_it_is_entered(admin):
    with mail_server(login=True) as box:
        given = {**MAIL, "host": "127.0.0.1", "port": box.port, "security": "none"}
        assert admin.post("mail-server/try", given).json() == {"sent": True}
        assert [mail["To"] for mail in box.mails] == ["admin@example.com"]
        refused = admin.post("mail-server/try", {**given, "secret": "wrong"}).json()
    assert (refused["code"], refused["field"]) == ("mail_password", "secret")
    assert not MailServer.objects.exists()


def test_a_trial_counts_also_where_it_is_refused_under_a_key(admin):
    closed = {**MAIL, "host": "127.0.0.1", "port": 1, "security": "none", "username": ""}
    for n in range(TRIALS_AN_HOUR):
        assert admin.post("mail-server/try", closed, key=f"k{n}").json()["code"] == "mail_refused"
    assert admin.post("mail-server/try", closed, key="last").json()["code"] == "too_many_trials"


# ── SMS ──


def test_a_gateway_is_entered_tried_and_done_without(store, admin):
    enter_work_phone(here=store.admin, organisation=None, number="13911110003", at=make.LONG_AGO)
    with smsc.gateway() as found:
        here = {**SMS, "host": "127.0.0.1", "port": found.port, "tls": False}
        assert admin.post("sms-gateway/try", here).json() == {"sent": True}
        assert len(found.messages) == 1
    assert not SmsGateway.objects.exists()
    told = admin.post("sms-gateway", SMS).json()["gateway"]
    assert (told["signature"], "secret" in told) == ("秀兰", False)
    assert unseal(SmsGateway.objects.get().sealed_password) == smsc.PASSWORD
    assert admin.post("sms-gateway/off", {}).json() == admin.get("sms-gateway").json() == {"gateway": None}
    assert Entry.objects.filter(action="sms.off").count() == 1


def test_every_mistake_of_a_gateway_is_told_at_once(admin):
    wrong = {**SMS, "host": "sms.example.com:3550", "sender": "+86", "signature": "【】"}
    assert fields(admin.post("sms-gateway", wrong)) == {"host", "sender", "signature"}


# ── robots ──


def robot(chat, **more):
    return {
        "kind": "dingtalk", "name": "渠道一部", "address": robots.address(chat, "dingtalk"), "secret": robots.SECRET,
        "events": [*POSTED], **more,
    }  # fmt: skip


def test_a_robot_is_entered_changed_tried_and_switched_off(store, admin, chat):
    made = admin.post("robots", robot(chat, team=store.team.pk))
    assert (made.status_code, made.json()["team"]["id"]) == (201, store.team.pk)
    path = made.headers["Location"].removeprefix("/api/v1/")
    assert admin.get(path).json() == made.json()
    changed = admin.post(f"{path}/change", robot(chat, name="渠道二部", address="", secret="", events=["arrived"]))
    assert (changed.json()["name"], changed.json()["events"], changed.json()["team"]) == ("渠道二部", ["arrived"], None)
    row = Robot.objects.get()
    assert (unseal(row.sealed_address), unseal(row.sealed_secret)) == (robots.address(chat, "dingtalk"), robots.SECRET)
    assert admin.post(f"{path}/try", {}).json() == {"sent": True}
    assert len(chat.posts) == 1
    assert admin.post(f"{path}/switch", {"on": False}).json()["on"] is False
    told = admin.get("robots")
    assert [one["robot"]["id"] for one in told.json()["results"]] == [row.pk]
    assert robots.SECRET not in told.content.decode()
    assert "access_token" not in told.content.decode()


def test_what_a_robot_gave_up_is_sent_again(store, admin, chat):
    row = robots.robot(chat, project=store.project)
    given = {"kind": "visit.arrived", "at": make.MOMENT, "due_at": make.MOMENT, "done_at": make.MOMENT, "tries": 9}
    RobotPost.objects.create(robot=row, state=RobotPost.State.FAILED, why="timeout", **given)
    failed = admin.get("robots").json()["results"][0]["failed"]
    assert [one["count"] for one in failed] == [1]
    assert admin.post(f"robots/{row.pk}/again", {}).json() == {"count": 1}
    assert admin.post(f"robots/{row.pk}/again", {}).json() == {"count": 0}
    assert RobotPost.objects.get().state == RobotPost.State.WAITING


def test_a_robot_of_another_product_and_of_another_project_is_refused(store, estate, admin, chat):
    wrong = admin.post("robots", robot(chat, address="https://example.com/robot/send?access_token=t"))
    assert (wrong.status_code, wrong.json()["field"]) == (422, "address")
    theirs = robots.robot(chat, project=estate.project)
    assert admin.get(f"robots/{theirs.pk}").status_code == 404
    assert admin.post(f"robots/{theirs.pk}/change", {}).status_code == 404
    assert program(store.manager).get("robots").status_code == 404
