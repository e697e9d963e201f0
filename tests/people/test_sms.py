"""SMS: who gets one and of what, what the gateway reads, and what becomes of it when the gateway misbehaves."""

from datetime import timedelta

import pytest

from leads.services import enter_work_phone
from people.channels import NotSent
from people.channels.reasons import FAILED
from people.channels.smpp import CODES, TROUBLES, send
from people.models import SmsGateway
from people.outbox import drain
from tests import make
from tests.gateway import ACCOUNT, CUT, HANG, NO_SUCH_NUMBER, PASSWORD, SYSTEM_ERROR, THROTTLED, connected, gateway
from tests.mailbox import certificate, free_port
from tests.people.test_inbox_page import page
from trail.models import Delivery, Entry
from trail.vault import seal, unseal
from visits.services import pass_on_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LATER = make.MOMENT + timedelta(seconds=60)
WANG, ZHAO, ADMIN = "13911110001", "13911110002", "13911110003"
TEXT = "【秀兰】客户张**已到访，前台等您接待，没应答将转值班。详情登录系统查看。"


def reached(here, number):
    enter_work_phone(here=here, organisation=None, number=number, at=make.LONG_AGO)


@pytest.fixture
def smsc():
    with gateway() as found:
        yield found


def states():
    return list(Delivery.objects.filter(channel="sms").order_by("pk").values_list("state", "why"))


# ── who gets one ──


def test_whoever_is_called_after_somebody_did_not_answer_is_told_on_their_telephone(store, smsc):
    connected(smsc)
    reached(store.wang, WANG)
    reached(store.zhao, ZHAO)
    make.arrived(store, make.MOMENT)
    drain(at=make.MOMENT)
    assert smsc.messages == []  # called at the desk: the page and the group are enough
    pass_on_due(at=LATER)
    drain(at=LATER)
    assert smsc.messages == [(f"86{ZHAO}", "1069", TEXT, b"")]
    assert len(TEXT) <= 70
    assert smsc.goodbyes == 1
    drain(at=LATER)
    assert len(smsc.messages) == 1


def test_whoever_has_no_telephone_or_answered_already_gets_none(store, smsc):
    connected(smsc)
    make.arrived(store, make.MOMENT)
    pass_on_due(at=LATER)
    drain(at=LATER)
    assert states() == [("skipped", "no_phone")]


def test_without_a_gateway_nothing_waits(store):
    reached(store.zhao, ZHAO)
    make.arrived(store, make.MOMENT)
    pass_on_due(at=LATER)
    drain(at=LATER)
    assert states() == [("skipped", "no_gateway")]


def test_a_gateway_that_is_down_is_tried_again_but_not_for_long(store, smsc):
    connected(smsc)
    reached(store.zhao, ZHAO)
    make.arrived(store, make.MOMENT)
    pass_on_due(at=LATER)
    smsc.answers += [THROTTLED]
    drain(at=LATER)
    assert states() == [("waiting", "sms_busy")]
    smsc.answers += [THROTTLED] * 9
    for minutes in (1, 5, 14):
        drain(at=LATER + timedelta(minutes=minutes))
    assert states() == [("skipped", "late")]
    assert smsc.messages == []


def test_cut_off_after_it_was_taken_it_is_sent_again(store, smsc):
    """Nobody knows whether it arrived: at least once."""
    connected(smsc)
    reached(store.zhao, ZHAO)
    make.arrived(store, make.MOMENT)
    pass_on_due(at=LATER)
    smsc.answers += [CUT]
    drain(at=LATER)
    assert states() == [("waiting", "sms_hung_up")]
    drain(at=LATER + timedelta(seconds=30))
    assert (smsc.texts(), states()) == ([TEXT, TEXT], [("sent", "")])


# ── what the gateway reads and answers ──


def test_seventy_characters_are_one_part_and_one_more_makes_two_that_belong_together(smsc):
    row = SmsGateway(
        host="127.0.0.1", port=smsc.port, tls=False, account=ACCOUNT, sealed_password=seal(PASSWORD), sender="XIULAN"
    )
    send(row, to=f"+86{ZHAO}", text="客" * 70)
    long = "客" * 66 + "🏠" + "户" * 20  # the house is two units, and is not cut apart
    send(row, to=f"+86{ZHAO}", text=long)
    one, first, second = smsc.messages
    assert one[2:] == ("客" * 70, b"")
    assert [len(part[2].encode("utf-16-be")) // 2 <= 67 for part in (first, second)] == [True, True]
    assert first[2] + second[2] == long
    assert (first[3][:3], first[3][4:], second[3][4:]) == (b"\x05\x00\x03", b"\x02\x01", b"\x02\x02")
    assert first[3][3] == second[3][3]


def test_what_the_gateway_asks_meanwhile_is_answered(smsc):
    smsc.asks = True
    row = SmsGateway(
        host="127.0.0.1", port=smsc.port, tls=False, account=ACCOUNT, sealed_password=seal(PASSWORD), sender=""
    )
    send(row, to=f"+86{ZHAO}", text="客户到了")
    assert smsc.texts() == ["客户到了"]


def said(code, of_channel=True, **given):
    row = SmsGateway(
        **{
            "host": "127.0.0.1",
            "tls": False,
            "account": ACCOUNT,
            "sealed_password": seal(PASSWORD),
            "sender": "",
            **given,
        }
    )
    with pytest.raises(NotSent) as trouble:
        send(row, to=f"+86{ZHAO}", text="客户到了")
    assert (trouble.value.code, trouble.value.of_channel) == (code, of_channel)
    assert code in FAILED


def test_what_goes_wrong_has_a_code_and_words(smsc, monkeypatch):
    said("sms_password", port=smsc.port, sealed_password=seal("wrong"))
    said("sms_refused", port=free_port())
    said("sms_unknown_host", port=1, host="nowhere.invalid")
    smsc.answers += [THROTTLED, NO_SUCH_NUMBER, SYSTEM_ERROR, CUT]
    said("sms_busy", port=smsc.port)
    said("sms_number", False, port=smsc.port)
    said("sms_answer", False, port=smsc.port)
    said("sms_hung_up", port=smsc.port)
    monkeypatch.setattr("people.channels.smpp.TIMEOUT", 0.3)
    smsc.answers += [HANG]
    said("sms_timeout", port=smsc.port)
    assert {*CODES.values(), *(code for _kind, code in TROUBLES)} <= set(FAILED)


def test_the_certificate_of_a_gateway_is_looked_at(monkeypatch, tmp_path):
    context, trusted = certificate(tmp_path)
    with gateway(tls=context) as smsc:
        said("sms_certificate", port=smsc.port, tls=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        row = SmsGateway(
            host="127.0.0.1", port=smsc.port, tls=True, account=ACCOUNT, sealed_password=seal(PASSWORD), sender=""
        )
        send(row, to=f"+86{ZHAO}", text="客户到了")
        assert smsc.texts() == ["客户到了"]


# ── the settings ──

TYPED = {"host": "127.0.0.1", "account": ACCOUNT, "secret": PASSWORD, "sender": "1069", "signature": "【秀兰】"}


@pytest.fixture
def admin(store, signed_in):
    return make.proven(signed_in(store.admin))


def test_the_password_of_the_gateway_is_sealed_never_shown_and_kept_when_left_empty(store, admin):
    given = {**TYPED, "host": "smpp.example.com", "port": "3550", "tls": "on"}
    assert admin.post("/settings/channels/sms", given).status_code == 302
    shown = page(admin.get("/settings/channels/sms"))
    assert PASSWORD not in shown
    assert "【秀兰】客户张**已到访" in shown
    assert admin.post("/settings/channels/sms", given | {"secret": "", "sender": ""}).status_code == 302
    row = SmsGateway.objects.get()
    assert (unseal(row.sealed_password), row.sender, row.signature) == (PASSWORD, "", "秀兰")
    moved = admin.post("/settings/channels/sms", given | {"secret": "", "host": "other.example.com"})
    assert "密码要重填一次" in page(moved)
    assert PASSWORD not in str(list(Entry.objects.values()))
    assert admin.post("/settings/channels/sms/off").status_code == 302
    assert not SmsGateway.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"host": "https://smpp.example.com"}, "只写服务器的地址"),
        ({"host": "smpp.example.com", "tls": ""}, "不加密只限本机和内网地址"),
        ({"secret": ""}, "填密码"),
        ({"secret": "pasted-too-long"}, "8"),
        ({"signature": "一家名字长得放不进一条短"}, ""),
        ({"sender": "秀兰"}, "只用数字或字母"),
        ({"port": "0"}, "端口是 1 到 65535 的数"),
    ],
)
def test_a_gateway_that_cannot_be_comes_back_with_a_sentence(store, admin, change, sentence):
    response = admin.post("/settings/channels/sms", {**TYPED, "port": "2775"} | change)
    if sentence:
        assert (response.status_code, SmsGateway.objects.count()) == (422, 0)
        assert sentence in page(response)
    else:  # the longest signature still leaves room in one message
        assert response.status_code == 302


def test_a_trial_goes_to_ones_own_telephone_and_saves_nothing(store, admin, smsc):
    typed = {**TYPED, "port": str(smsc.port)}
    assert "你自己没有工作手机" in page(admin.post("/settings/channels/sms/try", typed))
    reached(store.admin, ADMIN)
    assert "短信已经交给通道" in page(admin.post("/settings/channels/sms/try", typed))
    assert [message[0] for message in smsc.messages] == [f"86{ADMIN}"]
    wrong = admin.post("/settings/channels/sms/try", typed | {"secret": "wrong"})
    assert "不认这个账号和密码" in page(wrong)
    assert not SmsGateway.objects.exists()
    assert ADMIN not in str(list(Entry.objects.values()))


def test_without_proof_the_form_asks_for_the_password(store, signed_in):
    response = signed_in(store.admin).post("/settings/channels/sms", {**TYPED, "port": "2775"})
    assert response.status_code == 422
    assert "填你的密码" in page(response)
