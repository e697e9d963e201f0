"""设置 → 渠道: robots of chat groups are entered with proof, tried, switched off, and what they did not get out is seen and sent again."""

from datetime import timedelta

import pytest

from people.events import POSTED
from people.models import Robot, RobotPost
from people.services.guards import TRIALS_AN_HOUR
from tests import make
from tests.draining import drain_robots as drain
from tests.people.factors import enrolled
from tests.people.test_inbox_page import page
from tests.people.test_robots import owes
from tests.programs import Program, token
from tests.robots import SECRET, address, groups, robot
from trail.models import Entry
from trail.vault import unseal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NEW = "/settings/channels/robots/new"


@pytest.fixture
def chat():
    with groups() as found:
        yield found


@pytest.fixture
def admin(store, signed_in):
    return make.proven(signed_in(store.admin))


def typed(chat, kind="dingtalk", **more):
    return {
        "kind": kind,
        "name": "渠道一部",
        "address": address(chat, kind),
        "secret": SECRET,
        "events": list(POSTED),
        **more,
    }


def test_address_and_secret_are_sealed_never_shown_and_kept_when_left_empty(store, admin, chat):
    made = admin.post(NEW, typed(chat))
    row = Robot.objects.get()
    assert made.url == f"/settings/channels/robots/{row.pk}"
    shown = page(admin.get(made.url)) + page(admin.get("/settings/channels"))
    assert SECRET not in shown
    assert "access_token=t" not in shown
    assert SECRET.encode() not in bytes(row.sealed_secret)
    assert (
        admin.post(made.url, typed(chat, address="", secret="", name="渠道二部", events=["arrived"])).status_code == 302
    )
    row.refresh_from_db()
    assert (unseal(row.sealed_address), unseal(row.sealed_secret)) == (address(chat, "dingtalk"), SECRET)
    assert (row.name, row.wants) == ("渠道二部", ["visit.arrived"])
    assert SECRET not in str(list(Entry.objects.values()))
    assert set(Entry.objects.filter(subject=f"robot:{row.pk}").values_list("action", flat=True)) == {
        "robot.add",
        "robot.change",
    }


def test_a_stored_secret_goes_to_no_other_address(store, admin, chat):
    row = robot(chat, "dingtalk", project=store.project, secret=SECRET)
    admin.post(f"/settings/channels/robots/{row.pk}", typed(chat, "feishu", secret=""))
    row.refresh_from_db()
    assert (row.kind, row.sealed_secret) == ("feishu", None)
    left = admin.post(f"/settings/channels/robots/{row.pk}", typed(chat, "wecom", address="", secret=""))
    assert "填机器人的地址" in page(left)  # another product is another address


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"address": "https://evil.example/robot/send?access_token=t"}, "这不是这家的机器人地址"),
        ({"address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"}, "这不是这家的机器人地址"),
        ({"address": "http://oapi.dingtalk.com/robot/send"}, "地址要以 https:// 开头"),
        ({"address": "https://oapi.dingtalk.com@evil.example/"}, "地址不完整"),
        ({"address": "https://127.0.0.1/robot/send"}, "这不是这家的机器人地址"),
        ({"address": "oapi.dingtalk.com/robot"}, "地址"),
        ({"address": ""}, "填机器人的地址"),
        ({"name": ""}, "这一项要填"),
        ({"events": []}, "至少勾一样"),
        ({"events": ["registered"]}, "registered"),
        ({"kind": "slack"}, "slack"),
    ],
)
def test_a_robot_that_cannot_be_comes_back_with_a_sentence(store, admin, chat, given, sentence):
    response = admin.post(NEW, typed(chat) | given)
    assert (response.status_code, Robot.objects.count()) == (422, 0)
    assert sentence in page(response)


def test_an_address_of_somebody_else_is_told_with_the_other_mistakes(store, signed_in, admin, chat):
    evil, row = "https://evil.example/robot/send", robot(chat, "dingtalk", project=store.project)
    wrong = {"name": "", "events": [], "address": evil}
    for url in (NEW, f"/settings/channels/robots/{row.pk}"):
        shown = page(signed_in(store.admin).post(url, typed(chat) | wrong))
        for sentence in ("这一项要填", "至少勾一样", "这不是这家的机器人地址", "填你的密码"):
            assert sentence in shown, url
    sent = {"kind": "dingtalk", "name": "", "address": evil, "events": ["nothing"]}
    for path in ("robots", f"robots/{row.pk}/change"):
        told = Program(token(store.admin), Proof=make.PASSWORD).post(path, sent).json()["errors"]
        assert {error["field"].partition(".")[0] for error in told} == {"name", "address", "events"}
        assert {error["code"] for error in told if error["field"] == "address"} == {"robot_host"}


def test_with_other_mistakes_an_empty_address_is_missed_in_a_new_robot_only(store, chat):
    row, mine = robot(chat, "dingtalk", project=store.project), Program(token(store.admin), Proof=make.PASSWORD)
    sent = {"kind": "dingtalk", "name": "", "events": [*POSTED]}
    fields = {
        path: {error["field"] for error in mine.post(path, sent).json()["errors"]}
        for path in ("robots", f"robots/{row.pk}/change")
    }
    assert list(fields.values()) == [{"name", "address"}, {"name"}]
    unknown = mine.post("robots", {**sent, "kind": "slack"}).json()["errors"]
    assert {error["field"] for error in unknown} == {"kind", "name"}


def test_a_code_is_not_used_up_by_an_address_that_is_refused(store, signed_in, chat):
    code, client = enrolled(store.admin.user).code(make.MOMENT), signed_in(store.admin)
    refused = client.post(NEW, typed(chat, code=code, address="https://evil.example/robot/send"))
    assert (refused.status_code, Robot.objects.count()) == (422, 0)
    client.post(NEW, typed(chat, code=code))
    assert Robot.objects.count() == 1


def test_a_name_is_taken_once_in_a_project(store, admin, chat):
    robot(chat, project=store.project, name="渠道一部")
    response = admin.post(NEW, typed(chat))
    assert response.status_code == 409
    assert "已经有叫这个名字的机器人" in page(response)


def test_without_proof_nothing_is_changed(store, signed_in, chat):
    response = signed_in(store.admin).post(NEW, typed(chat))
    assert (response.status_code, Robot.objects.count()) == (422, 0)
    assert "填你的密码" in page(response)


def test_a_trial_is_read_in_the_group_and_says_in_words_what_went_wrong(store, admin, chat):
    row = robot(chat, "feishu", project=store.project, secret=SECRET)
    assert "到群里看看" in page(admin.post(f"/settings/channels/robots/{row.pk}/try", follow=True))
    assert "机器人通了" in chat.texts()[0]
    chat.answers.append({"code": 19021, "msg": "sign match fail"})
    assert "飞书不认签名" in page(admin.post(f"/settings/channels/robots/{row.pk}/try", follow=True))
    chat.answers += [{"code": 19001}] * TRIALS_AN_HOUR
    answers = [
        page(admin.post(f"/settings/channels/robots/{row.pk}/try", follow=True)) for _ in range(TRIALS_AN_HOUR - 1)
    ]
    assert "一小时里试得太多了" in answers[-1]


def test_switched_off_it_posts_nothing_and_makes_up_for_nothing(store, admin, chat):
    row = robot(chat, project=store.project)
    owes(store.li, "ZD-1", make.at("2025-04-28 23:00"))
    drain(at=make.at("2025-04-28 23:00"))
    admin.post(f"/settings/channels/robots/{row.pk}/switch", {"on": "0"})
    english = admin.get(f"/settings/channels/robots/{row.pk}", headers={"accept-language": "en"}).content.decode()
    assert ("Switch on</button>" in english, '<span class="tag">Off</span>' in english) == (True, True)
    owes(store.li, "ZD-2")
    drain(at=make.MOMENT)
    admin.post(f"/settings/channels/robots/{row.pk}/switch", {"on": "1"})
    drain(at=make.at("2025-04-29 10:00"))
    assert chat.posts == []
    assert list(RobotPost.objects.values_list("state", "why")) == [("skipped", "off")]
    assert "停用" not in page(admin.get("/settings/channels")).split("群机器人")[1].split("短信")[0]


def test_the_page_says_what_failed_and_sends_it_again(store, admin, chat):
    row = robot(chat, project=store.project, failing_since=make.MOMENT - timedelta(minutes=30), failure="93000")
    owes(store.li, "ZD-1")
    chat.answers.append((500, b""))
    drain(at=make.MOMENT)
    RobotPost.objects.update(state="failed", done_at=make.MOMENT, why="93000", tries=6)
    shown = page(admin.get("/settings/channels"))
    assert "1 条没发出去" in shown
    assert "企业微信不认这个地址" in shown
    assert "消息都在站内，没丢" in shown
    admin.post(f"/settings/channels/robots/{row.pk}/again")
    drain(at=make.MOMENT + timedelta(minutes=1))
    assert len(chat.posts) == 1
    assert "没有要再发的" in page(admin.post(f"/settings/channels/robots/{row.pk}/again", follow=True))


def test_a_robot_of_another_project_is_not_there(store, estate, admin, chat):
    row = robot(chat, project=estate.project)
    for what in ("", "/try", "/switch", "/again"):
        assert admin.post(f"/settings/channels/robots/{row.pk}{what}").status_code == 404
    assert row.name not in page(admin.get("/settings/channels"))
