"""Posts of a gateway that are wrong: each a clear problem, and nothing is kept, nothing is half done."""

import json

import pytest

from leads.models import InboundMessage, Registration
from tests import make
from tests.leads.inbound import gateway, mail, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NOW = int(make.MOMENT.timestamp())

# what is sent, status, code, field
BODIES = {
    "nothing": (b"", 400, "not_json", ""),
    "no JSON": (b"{", 400, "not_json", ""),
    "not UTF-8": ('{"id": "王"}'.encode("gbk"), 400, "not_json", ""),
    "half of a pair": (b'{"id": "\\ud800"}', 400, "not_json", ""),
    "a thousand brackets": (b"[" * 60_000, 400, "not_json", ""),
    "a list": ([], 422, "invalid", ""),
    "a word": ("x", 422, "invalid", ""),
    "no id": ({k: v for k, v in mail().items() if k != "id"}, 422, "invalid", "id"),
    "an empty id": (mail(id=" "), 422, "invalid", "id"),
    "a number as id": (mail(id=1), 422, "invalid", "id"),
    "an id too long": (mail(id="x" * 201), 422, "invalid", "id"),
    "an id with a null": (mail(id="a\0b"), 422, "invalid", "id"),
    "no sender": (mail(**{"from": ""}), 422, "invalid", "from"),
    "no text": (mail(text=None), 422, "invalid", "text"),
    "a text too long": (mail(text="x" * 20_001), 422, "invalid", "text"),
    "a null in the text": (mail(text="安居公司，王先生\0，139****3333"), 422, "invalid", "text"),
    "a subject that is none": (mail(subject=[]), 422, "invalid", "subject"),
    "a field that there is not": (mail(to="x"), 422, "invalid", "to"),
    "a time without offset": (mail(sent_at="2025-04-28T10:12:00"), 422, "invalid", "sent_at"),
    "a time that is none": (mail(sent_at="2025-02-31T10:12:00+08:00"), 422, "invalid", "sent_at"),
    "a time far off": (mail(sent_at="9999-04-28T10:12:00+08:00"), 422, "invalid", "sent_at"),
    "too large": (b'{"id": "' + b"x" * 70_000 + b'"}', 413, "too_large", ""),
}


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("kind", ["email_hook", "sms_hook"])
def test_a_signed_post_that_is_wrong_is_refused_and_nothing_is_kept(estate, kind, what):
    said, status, code, field = BODIES[what]
    source, secret = gateway(estate.manager, kind)
    answer = post(source, secret, said)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert (body["code"], body.get("field", "")) == (code, field)
    assert body["detail"]
    assert not InboundMessage.objects.exists()


SIGNATURES = {
    "none": ("", "unsigned"),
    "a word": ("please", "unsigned"),
    "no time": ("v1=" + "0" * 64, "unsigned"),
    "a time that is none": (f"t=now,v1={'0' * 64}", "unsigned"),
    "too short": (f"t={NOW},v1=00", "unsigned"),
    "two": (f"t={NOW},v1={'0' * 64},v1={'0' * 64}", "unsigned"),
    "of somebody else": (f"t={NOW},v1={'0' * 64}", "signature_wrong"),
}


@pytest.mark.parametrize("what", SIGNATURES)
def test_nothing_is_kept_of_what_is_not_signed(estate, what):
    header, code = SIGNATURES[what]
    source, secret = gateway(estate.manager)
    answer = post(source, secret, mail(), header=header)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert not InboundMessage.objects.exists()
    assert not Registration.objects.exists()


@pytest.mark.parametrize(("away", "status"), [(-301, 401), (-300, 200), (0, 200), (300, 200), (301, 401)])
def test_a_signature_holds_for_five_minutes_either_way(estate, away, status):
    source, secret = gateway(estate.manager)
    answer = post(source, secret, mail(), seconds=NOW + away)
    assert answer.status_code == status
    assert InboundMessage.objects.count() == (status == 200)


def test_the_time_and_the_body_are_both_signed(estate):
    from leads.inbound.signing import signature

    source, secret = gateway(estate.manager)
    signed = signature(secret, json.dumps(mail()).encode(), NOW - 10)
    moved = signed.replace(f"t={NOW - 10}", f"t={NOW}")
    assert post(source, secret, mail(), header=moved).json()["code"] == "signature_wrong"
    assert post(source, secret, mail(id="m-2"), header=signed).json()["code"] == "signature_wrong"
    assert post(source, secret, mail(), header=signed).status_code == 200


def test_a_gateway_for_mail_takes_no_sms_and_a_mailbox_takes_no_posts(estate, client):
    source, secret = gateway(estate.manager)
    source.kind = "sms_hook"  # the address of the other kind
    assert post(source, secret, mail()).status_code == 404
    assert client.get(f"/hooks/email/{source.pk}").status_code == 405
