"""收件 and 设置 → 报备来源: what each person sees of a message and does about it, on the page and by a program."""

import pytest

from leads.inbound.receiving import Incoming, receive
from leads.models import InboundMessage, InboundSource, Registration
from tests import make
from tests.leads.inbound import gateway
from tests.mailbox import free_port
from tests.mailbox_server import PASSWORD, USER, imap_server
from tests.programs import program
from trail.models import Entry, Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TEXT = "安居公司，王先生，13812340000\n安居公司，李总 13911112222 还有 13911113333"


def page(response):
    return response.content.decode()


@pytest.fixture
def broker(estate):
    estate.anju.user.email = "gao@anju.example"
    estate.anju.user.save()
    return estate.anju


@pytest.fixture
def came(estate, broker):
    """A mail of the broker's of which one line was registered."""
    source, _secret = gateway(estate.manager)
    given = Incoming("m-1", "gao@anju.example", TEXT, make.at("2025-04-28 13:59"))
    return receive(source=source, given=given, at=make.MOMENT)


@pytest.fixture
def strange(estate, broker):
    """A mail of somebody whom nobody knows."""
    source, _secret = gateway(estate.manager, name="另一个")
    return receive(
        source=source, given=Incoming("m-2", "x@else.example", "安居公司，王先生，13812340000"), at=make.MOMENT
    )


def test_the_sender_sees_their_words_and_what_is_left_in_a_box(came, broker, signed_in):
    shown = page(signed_in(broker).get(f"/inbound/{came.pk}"))
    assert "13812340000" in shown, "their own words"
    assert "安居公司，李总 13911112222 还有 13911113333</textarea>" in shown
    assert came.registrations.get().no in shown
    assert "2025-04-28 14:05:00" in shown
    assert "2025-04-28 13:59:00" in shown
    assert "有几行没报上" in page(signed_in(broker).get("/inbound"))


def test_who_handles_it_sees_the_numbers_masked(came, estate, signed_in):
    shown = page(signed_in(estate.counterpart).get(f"/inbound/{came.pk}"))
    assert "138****0000" in shown
    assert "13812340000" not in shown
    assert "ga***@anju.example" in shown


def test_a_line_is_put_right_in_the_box(came, broker, signed_in):
    answer = signed_in(broker).post(f"/inbound/{came.pk}/put-right", {"text": "安居公司，李总，13911112222"})
    assert answer.status_code == 302
    came.refresh_from_db()
    assert (came.state, came.registrations.count()) == ("done", 2)
    assert Entry.objects.get(action="inbound.put_right").detail == {"registered": 1}


def test_a_stranger_is_assigned_on_the_page_and_the_person_is_told(strange, estate, broker, signed_in):
    client = signed_in(estate.counterpart)
    assert "不认识" in page(client.get("/inbound?state=unknown"))
    assert "x@else.example" in page(client.get(f"/inbound/{strange.pk}"))
    assert client.post(f"/inbound/{strange.pk}/assign", {"user": broker.user.pk}).status_code == 302
    assert Registration.objects.get().by == broker.user
    assert Message.objects.filter(kind="inbound.received", to=str(broker.user.pk)).exists()
    again = client.post(f"/inbound/{strange.pk}/assign", {"user": broker.user.pk})
    assert again.status_code == 409
    assert "已经处理过了" in page(again)


def test_a_message_is_closed_and_stays(strange, estate, signed_in):
    client = signed_in(estate.counterpart)
    assert client.post(f"/inbound/{strange.pk}/close").status_code == 302
    assert "不用处理" in page(client.get(f"/inbound/{strange.pk}"))
    assert InboundMessage.objects.get().handled_by == estate.counterpart.user


def test_nobody_else_opens_it(came, estate, signed_in):
    assert signed_in(estate.hengxin).get(f"/inbound/{came.pk}").status_code == 404
    assert "还没有收到" in page(signed_in(estate.hengxin).get("/inbound"))
    assert program(estate.hengxin).get(f"inbound/{came.pk}").status_code == 404


def test_a_program_does_the_same(came, strange, estate, broker):
    asks, mine = program(estate.counterpart), program(broker)
    assert [m["state"] for m in asks.get("inbound").json()["results"]] == ["unknown", "part"]
    assert [m["id"] for m in asks.get("inbound", state="unknown").json()["results"]] == [strange.pk]
    assert asks.get("inbound", state="x").status_code == 422
    told = asks.get(f"inbound/{came.pk}").json()
    assert "138****0000" in told["text"]
    assert told["registrations"] == [came.registrations.get().no]
    assert mine.post(f"inbound/{came.pk}/put-right", {"text": "安居公司，李总，13911112222"}).json()["state"] == "done"
    assert asks.post(f"inbound/{strange.pk}/assign", {"user": broker.user.pk}).json()["by"]["name"] == "高翔"
    assert asks.post(f"inbound/{strange.pk}/close", {}).json()["code"] == "handled_already"


def test_programs_review_and_read_the_log(store):
    report = make.registered(store.li, make.at("2025-04-28 10:00")).registration
    boss = program(store.manager)
    waiting = boss.get("reviews").json()["results"]
    assert [(w["no"], w["number"], w["due_at"]) for w in waiting] == [
        (report.no, "139****3333", "2025-05-01T00:00:00+08:00")
    ]
    assert boss.post(f"reviews/{report.no}", {"approved": False}).json()["code"] == "why_missing"
    assert boss.post(f"reviews/{report.no}", {"approved": True}).json()["approved"] is True
    program(store.wang).post("precheck", {"number": make.PHONE})
    log = boss.get("prechecks", by=store.wang.user.pk, day="2025-04-28").json()["results"]
    assert [(q["customer"], q["answer"], q["owner"]["name"]) for q in log] == [("张**", "taken", "李强")]
    assert boss.get("prechecks", day="x").json()["field"] == "day"
    assert program(store.wang).post("precheck/contact", {"number": make.PHONE}).json()["owner"]["name"] == "李强"


def test_the_button_beside_the_owner_tells_them(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    client = signed_in(store.wang)
    shown = page(client.post("/register/check", {"text": f"张先生 {make.PHONE}"}))
    assert "现在联系" in shown
    assert client.post("/register/contact", {"text": "", "number": make.PHONE}).status_code == 302
    assert Message.objects.filter(kind="precheck.contact", to=str(store.li.user.pk)).exists()
    refused = client.post("/register/contact", {"number": "13812340000"})
    assert refused.status_code == 409
    assert "先查一下" in page(refused)


# ── 设置 → 报备来源 ──


def test_a_gateway_shows_its_secret_once(store, signed_in):
    client = make.proven(signed_in(store.admin))
    given = {"kind": "sms_hook", "name": "阿里云短信", "key": "7b0d2f8e-0000-4000-8000-000000000001"}
    first, second = (page(client.post("/settings/inbound/gateway", given)) for _i in range(2))
    source = InboundSource.objects.get()
    assert f"/hooks/sms/{source.pk}" in first
    assert "只在这里显示一次" in first
    assert "刚才已经显示过" in second
    listed = page(client.get("/settings/inbound"))
    assert "阿里云短信" in listed
    assert "/hooks/" not in listed
    taken = client.post("/settings/inbound/gateway", {"kind": "sms_hook", "name": "阿里云短信"})
    assert taken.status_code == 409
    assert "这个名字已经有了" in page(taken)


def test_a_mailbox_is_tried_then_opened_then_closed(store, signed_in):
    client = signed_in(store.admin)
    with imap_server() as server:
        given = {
            "name": "报备邮箱", "host": "127.0.0.1", "port": server.port, "username": USER, "password": PASSWORD,
            "folder": "INBOX",
        }  # fmt: skip
        tried = page(client.post("/settings/inbound/try", given))
        assert "登录成功" in tried
        assert not InboundSource.objects.exists()
        wrong = client.post("/settings/inbound/mailbox", given | {"password": "x"})
        assert wrong.status_code == 422
        assert "不认这个用户名和密码" in page(wrong)
        assert client.post("/settings/inbound/mailbox", given).status_code == 302
    source = InboundSource.objects.get()
    InboundSource.objects.update(error="refused", checked_at=make.MOMENT)
    listed = page(client.get("/settings/inbound"))
    assert "服务器在，但这个端口不接" in listed
    assert PASSWORD not in listed
    assert client.post(f"/settings/inbound/{source.pk}/close").status_code == 302
    assert client.post(f"/settings/inbound/{source.pk}/close").status_code == 409
    assert not Entry.objects.filter(detail__icontains=PASSWORD).exists()


BAD = {
    "no name": ({"name": ""}, "name"),
    "an address that is none": ({"host": "https://imap.example.com"}, "host"),
    "no port": ({"port": "70000"}, "port"),
    "a name too long": ({"name": "x" * 41}, "name"),
    "not encrypted": ({"host": "imap.example.com", "port": "143"}, "tls"),
    "nobody there": ({"port": ""}, "port"),
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("where", ["mailbox", "try"])
def test_what_is_wrong_with_a_mailbox_is_said_at_its_field(store, signed_in, what, where):
    given = {
        "name": "x",
        "host": "127.0.0.1",
        "port": str(free_port()),
        "username": "u",
        "password": "p",
        "folder": "INBOX",
    }
    wrong, field = BAD[what]
    answer = signed_in(store.admin).post(f"/settings/inbound/{where}", given | wrong)
    assert answer.status_code == 422
    assert field in answer.context["mailbox"].errors
    assert not InboundSource.objects.exists()
