"""Robots of chat groups: what each product is told and how it is signed, what is merged, held back, tried again, never said."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.translation import gettext_noop

from people.channels.reasons import ROBOTS, robot_in_words
from people.channels.robots import DIALECTS
from people.events import BY_KIND, EVENTS, TO_ROBOTS
from people.kinds import ACTIONS
from people.models import ExternalIdentity, Membership, Provider, RobotPost, Team
from people.retrying import TRIES
from people.robots.lines import write
from people.robots.posting import A_MINUTE
from tests import make
from tests.draining import drain_robots as drain
from tests.robots import CUT, SECRET, groups, robot
from trail.models import Delivery, Message
from trail.services import done, tell

pytestmark = pytest.mark.django_db
ARRIVED = gettext_noop("%(name)s到了，前台在等你")
EVIDENCE = gettext_noop("【补证据】%(no)s 截止 %(due)s")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def chat():
    with groups() as found:
        yield found


def arrives(here, no, at=make.MOMENT, name="张**", **more):
    given = {"kind": "visit.arrived", "sentence": ARRIVED, "link": f"/visits/{no}", "name": name, "to_do": True, **more}
    tell(to=here.user.pk, project=here.project.code, at=at, **given)


def owes(here, no, at=make.MOMENT, **more):
    given = {
        "kind": "collision.evidence",
        "sentence": EVIDENCE,
        "link": f"/cases/{no}",
        "no": no,
        "due": "5月5日 18:00",
    }
    tell(to=here.user.pk, project=here.project.code, at=at, **{**given, **more})


def known(here, kind, external_id):
    provider, _made = Provider.objects.get_or_create(
        kind=kind, client="c", defaults={"name": kind, "sealed_secret": b"x", "changed_at": make.MOMENT}
    )
    ExternalIdentity.objects.create(
        provider=provider, external_id=external_id, user=here.user, linked_at=make.MOMENT, linked_by=here.user
    )


def states():
    return list(RobotPost.objects.order_by("pk").values_list("state", "why"))


# ── what each product is told ──


def test_wecom_is_called_by_userid_beside_the_text(store, chat):
    robot(chat, "wecom", project=store.project)
    known(store.li, "wecom", "LiQiang")
    arrives(store.li, "DF-1")
    assert drain(at=make.MOMENT) == 2  # dealt out, then posted
    ((kind, query, body),) = chat.posts
    assert (kind, query) == ("wecom", {"key": "k"})
    assert body == {
        "msgtype": "text",
        "text": {"content": f"张**到了，前台在等你\n{settings.GUISHU_URL}/visits/DF-1\n归属：报备 · 撞单", "mentioned_list": ["LiQiang"]},
    }  # fmt: skip


def test_dingtalk_is_signed_in_the_query_and_called_in_the_text(store, chat):
    robot(chat, "dingtalk", project=store.project, secret=SECRET)
    known(store.li, "dingtalk", "manager4220")
    arrives(store.li, "DF-1")
    drain(at=make.MOMENT)
    ((_kind, query, body),) = chat.posts  # the server took it: the signature is right
    assert query["timestamp"] == str(int(make.MOMENT.timestamp() * 1000))
    assert query["access_token"] == "t"
    assert body["at"] == {"atUserIds": ["manager4220"], "isAtAll": False}
    assert body["text"]["content"] == f"@manager4220 张**到了，前台在等你\n{settings.GUISHU_URL}/visits/DF-1"


def test_feishu_is_signed_in_the_body_and_called_by_a_tag(store, chat):
    robot(chat, "feishu", project=store.project, secret=SECRET)
    known(store.li, "feishu", "ou_84aad35d")
    known(store.wang, "wecom", "of-another-product")
    arrives(store.li, "DF-1")
    arrives(store.wang, "DF-2", name="王**")
    drain(at=make.MOMENT)
    ((_kind, query, body),) = chat.posts
    assert query == {}
    assert body["timestamp"] == str(int(make.MOMENT.timestamp()))
    text = body["content"]["text"]
    assert text.startswith('<at user_id="ou_84aad35d">李*</at> 王* 【到访】2 位客户到了')
    assert "王芳" not in text


@pytest.mark.parametrize(("kind", "code"), [("dingtalk", "310000"), ("feishu", "19021")])
def test_a_wrong_secret_is_a_failure_though_the_answer_is_http_200(store, chat, kind, code):
    row = robot(chat, kind, project=store.project, secret="another secret")
    arrives(store.li, "DF-1")
    drain(at=make.MOMENT)
    row.refresh_from_db()
    assert (chat.posts, states(), row.failure) == ([], [("waiting", code)], code)


@pytest.mark.parametrize("kind", ["dingtalk", "feishu"])
def test_without_a_secret_the_groups_keyword_stands_in_every_post(store, chat, kind):
    robot(chat, kind, project=store.project)
    arrives(store.li, "DF-1")
    drain(at=make.MOMENT)
    assert states() == [("sent", "")]


def test_a_text_fits_the_product_and_keeps_its_link(store, chat):
    robot(chat, "wecom", project=store.project)
    tell(
        to=store.li.user.pk, project="store", kind="policy.sign", sentence=gettext_noop("%(what)s：读完签收"), link="/work/ack",
        what="制" * 1000, at=make.MOMENT,
    )  # fmt: skip
    drain(at=make.MOMENT)
    (text,) = chat.texts()
    assert len(text.encode()) <= 2048
    assert f"…\n{settings.GUISHU_URL}/work/ack" in text


def test_nobody_can_call_everybody_through_a_title(store, chat):
    robot(chat, "feishu", project=store.project, secret=SECRET)
    tell(
        to=store.li.user.pk, project="store", kind="policy.sign", sentence=gettext_noop("%(what)s：读完签收"), link="/work/ack",
        what='<at user_id="all">所有人</at> @all', at=make.MOMENT,
    )  # fmt: skip
    drain(at=make.MOMENT)
    assert not set("<>@") & set(chat.texts()[0])


# ── to which robots ──


def test_a_message_goes_to_the_robots_of_its_project_and_team_that_want_its_kind(store, estate, chat):
    other = Team.objects.create(name="市场二部", organisation=make.house())
    Membership.objects.filter(user=store.wang.user).update(team=other)
    whole = robot(chat, project=store.project, name="全项目")
    second = robot(chat, project=store.project, name="二部", team=other)
    robot(chat, project=store.project, name="只要撞单", wants=["collision.to_rule"])
    robot(chat, project=store.project, name="停用", on=False)
    robot(chat, project=estate.project, name="别的项目")
    arrives(store.li, "DF-1")
    arrives(store.wang, "DF-2")
    drain(at=make.MOMENT)
    rows = RobotPost.objects.order_by("pk").values_list("robot__name", "link")
    assert list(rows) == [(whole.name, "/visits/DF-1"), (whole.name, "/visits/DF-2"), (second.name, "/visits/DF-2")]


def test_without_a_robot_nothing_waits(store):
    arrives(store.li, "DF-1")
    drain(at=make.MOMENT)
    assert list(Delivery.objects.filter(channel="robot").values_list("state", "why")) == [("skipped", "no_robot")]


def test_what_robots_never_post_does_not_wait_for_them(store, chat):
    robot(chat, project=store.project)
    assert "password.changed" not in TO_ROBOTS
    tell(to=store.li.user.pk, project="store", kind="password.changed", sentence="x", at=make.MOMENT)
    assert not Delivery.objects.filter(channel="robot").exists()


def test_amounts_stand_only_in_the_managers_group(store, chat):
    robot(chat, project=store.project, name="大群")
    robot(chat, project=store.project, name="经理群", managers=True)
    tell(
        to=store.manager.user.pk, project="store", kind="collision.to_rule", link="/cases/ZD-1", no="ZD-1", amount="18,600.00",
        sentence=gettext_noop("【撞单】%(no)s 立案，涉及佣金 ¥%(amount)s，等你裁定"), at=make.MOMENT, to_do=True,
    )  # fmt: skip
    drain(at=make.MOMENT)
    said = [text.split("\n")[0] for text in chat.texts()]
    assert said == ["【撞单】ZD-1 立案，等你裁定", "【撞单】ZD-1 立案，涉及佣金 ¥18,600.00，等你裁定"]


def test_an_amount_with_no_words_for_others_is_not_posted_to_them(store, chat):
    robot(chat, project=store.project)
    owes(store.li, "ZD-1", amount="1.00")
    drain(at=make.MOMENT)
    assert (states(), chat.posts) == ([("skipped", "private")], [])


@pytest.mark.parametrize("number", ["13912343333", "139****3333", "+8613912343333", "张**13912343333"])
def test_what_looks_like_a_number_is_not_posted(store, chat, number):
    robot(chat, project=store.project)
    arrives(store.li, "DF-1", name=number)
    drain(at=make.MOMENT)
    assert states() == [("skipped", "private")]
    assert chat.posts == []


def test_a_number_of_a_case_is_no_telephone(store, chat):
    robot(chat, project=store.project)
    owes(store.li, "ZD-138123-45678901")
    drain(at=make.MOMENT)
    assert states() == [("sent", "")]


# ── together, once, in time ──


def test_three_visitors_in_one_round_are_one_line_that_calls_three(store, chat):
    robot(chat, "dingtalk", project=store.project, secret=SECRET)
    for here, name in ((store.li, "张**"), (store.wang, "李**"), (store.zhao, "周**")):
        known(here, "dingtalk", here.user.username)
        arrives(here, f"DF-{name}", name=name)
    drain(at=make.MOMENT)
    assert [text.split("\n")[0] for text in chat.texts()] == [
        "@li @wang @zhao 【到访】3 位客户到了，前台在等：张**、李**、周**"
    ]
    assert chat.posts[0][2]["at"]["atUserIds"] == ["li", "wang", "zhao"]
    assert f"{settings.GUISHU_URL}/inbox" in chat.texts()[0]


def test_one_sentence_to_two_people_is_said_once_and_calls_both(store, chat):
    robot(chat, project=store.project)
    owes(store.li, "ZD-1")
    owes(store.wang, "ZD-1")
    drain(at=make.MOMENT)
    assert [text.split("\n")[0] for text in chat.texts()] == ["李* 王* 【补证据】ZD-1 截止 5月5日 18:00"]


def test_others_of_a_kind_wait_a_minute_and_go_together_but_a_visitor_does_not_wait(store, chat):
    robot(chat, project=store.project)
    owes(store.li, "ZD-1")
    drain(at=make.MOMENT)
    for seconds, no in ((10, "ZD-2"), (20, "ZD-3")):
        owes(store.wang, no, make.MOMENT + seconds * SECOND)
        drain(at=make.MOMENT + seconds * SECOND)
    arrives(store.li, "DF-1", make.MOMENT + 30 * SECOND)
    drain(at=make.MOMENT + 30 * SECOND)
    drain(at=make.MOMENT + 59 * SECOND)
    assert len(chat.posts) == 2
    drain(at=make.MOMENT + MINUTE)
    assert [text.split("\n")[0] for text in chat.texts()] == [
        "李* 【补证据】ZD-1 截止 5月5日 18:00", "李* 张**到了，前台在等你", "王* 【补证据】2 件等你们交：ZD-2、ZD-3",
    ]  # fmt: skip


def test_told_twice_in_a_minute_it_is_posted_once_and_asked_again_later_once_more(store, chat):
    robot(chat, project=store.project)
    arrives(store.li, "DF-1")
    arrives(store.li, "DF-1", make.MOMENT + 20 * SECOND)
    drain(at=make.MOMENT + 30 * SECOND)
    arrives(store.li, "DF-1", make.MOMENT + 5 * MINUTE)
    drain(at=make.MOMENT + 5 * MINUTE)
    assert len(chat.posts) == 2
    assert RobotPost.objects.count() == 2
    assert Message.objects.count() == 3  # the inbox has them all


def test_at_night_only_a_visitor_is_told_of(store, chat):
    night = make.at("2025-04-28 23:00")
    robot(chat, project=store.project)
    owes(store.li, "ZD-1", night)
    arrives(store.wang, "DF-1", night)
    drain(at=night)
    assert [text.split("\n")[0] for text in chat.texts()] == ["王* 张**到了，前台在等你"]
    assert RobotPost.objects.get(kind="collision.evidence").due_at == make.at("2025-04-29 08:00")


def test_the_night_is_that_of_the_project(store, chat):
    store.project.time_zone = "Asia/Urumqi"
    store.project.save()
    robot(chat, project=store.project)
    at = make.at("2025-04-28 22:00")  # 20:00 there
    owes(store.li, "ZD-1", at)
    drain(at=at)
    assert len(chat.posts) == 1


def test_what_is_told_in_the_morning_goes_as_one_line_at_seven_past_nine(store, chat):
    robot(chat, project=store.project)
    sentence = gettext_noop("【快到期】%(n)s 位客户的保护期快到了：%(names)s")
    for here, n, names in ((store.li, 2, "黄**、吴**"), (store.wang, 1, "郑**")):
        tell(
            to=here.user.pk,
            project="store",
            kind="protection.ending",
            sentence=sentence,
            at=make.MOMENT,
            n=n,
            names=names,
        )
    drain(at=make.MOMENT)
    drain(at=make.at("2025-04-29 09:06"))
    assert chat.posts == []
    drain(at=make.at("2025-04-29 09:07"))
    assert [text.split("\n")[0] for text in chat.texts()] == [
        "【快到期】3 位客户的保护期快到了：黄**、吴**、郑**。跟进或约到访可以延期"
    ]


def test_what_was_done_meanwhile_and_a_visitor_of_long_ago_are_not_posted(store, chat):
    night = make.at("2025-04-28 23:00")
    row = robot(chat, project=store.project)
    owes(store.li, "ZD-1", night, to_do=True)
    drain(at=night)
    done(link="/cases/ZD-1", at=night + MINUTE)
    drain(at=make.at("2025-04-29 08:00"))
    row.free_at = make.at("2025-04-29 12:00")
    row.save()
    arrives(store.li, "DF-1", make.at("2025-04-29 11:00"))
    drain(at=make.at("2025-04-29 11:00"))
    drain(at=make.at("2025-04-29 12:00"))
    assert (states(), chat.posts) == ([("skipped", "done"), ("skipped", "late")], [])


# ── what a minute allows, and what goes wrong ──


def test_a_robot_posts_eighteen_times_a_minute_at_most_whatever_waits(store, chat):
    robot(chat, project=store.project)
    sent = []
    for second in range(0, 130, 3):
        at = make.MOMENT + second * SECOND
        arrives(store.li, f"DF-{second}", at)
        drain(at=at)
        sent += [second] * (len(chat.posts) - len(sent))
    assert max(sum(1 for one in sent if begin <= one < begin + 60) for begin in range(130)) == A_MINUTE
    assert not RobotPost.objects.filter(
        state="waiting", at__lt=make.MOMENT + 110 * SECOND
    ).exists()  # merged, none lost


@pytest.mark.parametrize(
    ("kind", "answer", "minutes"),
    [
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, 1),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, 10),
        ("feishu", {"code": 11232, "msg": "frequency limited psm"}, 1),
        ("feishu", {"code": 9499, "msg": "too many request"}, 1),
        ("wecom", (429, b""), 1),
    ],
)
def test_too_fast_makes_the_robot_wait_and_costs_no_try(store, chat, kind, answer, minutes):
    row = robot(chat, kind, project=store.project)
    chat.answers.append(answer)
    arrives(store.li, "DF-1")
    drain(at=make.MOMENT)
    row.refresh_from_db()
    assert row.free_at == make.MOMENT + minutes * MINUTE
    assert RobotPost.objects.get().tries == 0
    drain(at=row.free_at - SECOND)
    assert chat.asked == 1
    drain(at=row.free_at)
    row.refresh_from_db()
    assert (states(), row.free_at, row.failing_since) == ([("sent", "")], None, None)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, b"oops"), "http_500"),
        ((502, {"errcode": 0}), "http_502"),
        ({"errcode": 93000, "errmsg": "invalid webhook url"}, "93000"),
        (b"<html>", "answer"),
        (b"[]", "answer"),
        ({"message": "ok"}, "answer"),
        ((302, b""), "http_302"),
        (CUT, "unreachable"),
    ],
)
def test_whatever_goes_wrong_it_is_tried_again(store, chat, answer, code):
    row = robot(chat, project=store.project)
    chat.answers.append(answer)
    arrives(store.li, "DF-1")
    drain(at=make.MOMENT)
    row.refresh_from_db()
    assert (states(), row.failure, row.failing_since) == ([("waiting", code)], code, make.MOMENT)
    again = RobotPost.objects.get().due_at
    assert again == make.MOMENT + timedelta(seconds=30)
    drain(at=again)
    row.refresh_from_db()
    assert (states(), row.failure, row.failing_since) == ([("sent", "")], "", None)
    # Cut off after it was received: sent again, because nobody knows. At least once.
    assert len(chat.posts) == (2 if answer == CUT else 1)


def test_an_address_that_cannot_be_read_any_more_is_a_failure_with_words(store, chat, settings):
    robot(chat, project=store.project)
    arrives(store.li, "DF-1")
    settings.PHONE_KEYS = ("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=",)
    drain(at=make.MOMENT)
    assert states() == [("waiting", "key")]
    assert "密钥换过" in robot_in_words("key")


def test_a_group_that_does_not_answer_is_waited_for_once_and_holds_up_no_other(store, chat, monkeypatch):
    monkeypatch.setattr("people.outgoing.TIMEOUT", 0.2)
    robot(chat, project=store.project, name="慢")
    chat.slow.clear()
    for no in range(3):
        arrives(store.li, f"DF-{no}")
        owes(store.li, f"ZD-{no}")
    drain(at=make.MOMENT)
    drain(at=make.MOMENT + SECOND)
    assert chat.asked == 1
    assert set(states()) == {("waiting", "timeout"), ("waiting", "")}
    chat.slow.set()
    robot(chat, project=store.project, name="快")
    arrives(store.wang, "DF-9", make.MOMENT + 2 * SECOND)
    drain(at=make.MOMENT + 2 * SECOND)
    assert [text.split("\n")[0] for text in chat.texts()[-1:]] == ["王* 张**到了，前台在等你"]


def test_after_its_last_try_a_post_is_given_up_and_the_next_goes_on(store, chat):
    row = robot(chat, project=store.project)
    chat.answers += [(500, b"")] * TRIES
    owes(store.li, "ZD-1")
    at = make.MOMENT
    drain(at=at)
    for _ in range(TRIES - 1):
        at = RobotPost.objects.get().due_at
        drain(at=at)
    assert states() == [("failed", "http_500")]
    row.refresh_from_db()
    owes(store.li, "ZD-2", row.free_at)
    drain(at=row.free_at)
    assert len(chat.posts) == 1


def test_after_ten_minutes_the_administrators_hear_of_it_once(store, chat):
    row = robot(chat, project=store.project, name="渠道一部")
    chat.answers += [{"errcode": 93000}] * 20
    owes(store.li, "ZD-1")
    for minutes in (0, 1, 5, 10, 11, 12, 40):
        drain(at=make.MOMENT + minutes * MINUTE)
    told = Message.objects.filter(kind="robot.failing")
    assert [(one.to, str(one)) for one in told] == [
        (str(store.admin.user.pk), "企业微信「渠道一部」机器人 10 分钟没发出去（93000）。消息都在站内，没丢")
    ]
    assert list(told[0].deliveries.values_list("channel", flat=True)) == ["email"]
    chat.answers.clear()
    row.refresh_from_db()
    at = make.MOMENT + timedelta(hours=3)
    owes(store.li, "ZD-2", at)
    drain(at=at)  # it works again, then fails anew: told of anew
    chat.answers += [{"errcode": 93000}] * 20
    owes(store.li, "ZD-3", at + MINUTE)
    for minutes in (1, 2, 12):
        drain(at=at + minutes * MINUTE)
    assert told.all().count() == 2


# ── the words ──


def test_every_kind_that_a_robot_posts_is_a_kind_of_message_and_of_one_event():
    kinds = [kind for event in EVENTS.values() for kind in event.kinds]
    assert len(kinds) == len(set(kinds))
    assert set(BY_KIND) >= TO_ROBOTS
    assert len(EVENTS) == 22
    assert {
        kind for kind in kinds if kind not in ACTIONS and kind.partition(".")[0] not in ("visit", "collision", "lead")
    } == set()


def test_what_a_product_says_about_speed_and_address_has_words():
    assert {code for speech in DIALECTS.values() for code in speech.too_fast} <= set(ROBOTS)
    assert json.dumps(sorted(ROBOTS))  # all keys are words


def test_a_post_is_written_for_one_robot_and_not_stored_in_words(store, chat):
    row = robot(chat, project=store.project)
    arrives(store.li, "DF-1")
    drain(at=make.MOMENT)
    (post,) = RobotPost.objects.all()
    line = write(row, [post])
    assert (post.sentence, post.facts, post.mentions) == (ARRIVED, {"name": "张**"}, [str(store.li.user.pk)])
    assert line is not None
    assert line.sentence == "张**到了，前台在等你"
