"""Reports by mail and SMS through a gateway: signed, once, in the sender's name, by the server's time."""

import pytest

from leads.inbound import handling, sources
from leads.models import InboundMessage, Ownership, Registration
from leads.models.register import Answer
from leads.services import enter_work_phone
from tests import make
from tests.leads.inbound import TEXT, gateway, mail, post
from trail.models import Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def broker(estate):
    """高翔 of 安居公司, whose address is known."""
    estate.anju.user.email = "Gao@anju.example"
    estate.anju.user.save()
    return estate.anju


def test_a_mail_of_somebody_known_is_registered_in_their_name_by_the_servers_time(estate, broker):
    source, secret = gateway(estate.manager)
    answer = post(source, secret, mail())
    report = Registration.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "id": "m-1", "message": InboundMessage.objects.get().pk, "received_at": "2025-04-28T14:05:00+08:00", "state": "done",
        "registrations": [report.no],
    }  # fmt: skip
    assert (report.by, report.channel, report.masked) == (broker.user, "email", True)
    assert report.at == make.MOMENT
    assert report.claimed_at == make.at("2025-04-28 13:59")
    assert report.text == TEXT


def test_an_sms_is_known_by_the_telephone_that_it_came_from(estate, broker):
    enter_work_phone(here=broker, organisation=None, number="13700001111", at=make.MOMENT)
    source, secret = gateway(estate.manager, "sms_hook", "短信网关")
    assert post(source, secret, mail(**{"from": "+86 137 0000 1111"})).json()["state"] == "done"
    assert Registration.objects.get().channel == "sms"


def test_the_sender_is_told_the_numbers_of_the_receipts_and_no_name_and_no_number(estate, broker):
    source, secret = gateway(estate.manager)
    post(source, secret, mail(text=f"{TEXT}\n安居公司，王总\n安居公司，李女士，13812340000"))
    said = str(Message.objects.get(kind="inbound.received"))
    message = InboundMessage.objects.get()
    for report in message.registrations.all():
        assert report.no in said
    assert "有几行没报上" in said
    assert "王" not in said
    assert not make.traces(said)
    assert (message.state, message.left) == ("part", "安居公司，王总")


def test_a_second_post_of_the_same_message_gets_the_same_answer_and_does_nothing(estate, broker):
    source, secret = gateway(estate.manager)
    first = post(source, secret, mail())
    again = post(source, secret, mail(text="安居公司，李女士，13812340000"))
    assert (again.status_code, again.json()) == (200, first.json())
    assert Registration.objects.count() == InboundMessage.objects.count() == 1


def test_whoever_was_earlier_keeps_the_customer_and_the_mail_is_a_contesting_claim(estate, broker):
    make.registered(estate.xu, make.at("2025-04-28 14:00"), number="13812340000")
    source, secret = gateway(estate.manager)
    post(source, secret, mail(text="安居公司，张先生，13812340000", sent_at="2025-04-28T09:00:00+08:00"))
    assert Registration.objects.get(by=broker.user).answer == Answer.TAKEN
    assert Ownership.objects.open().get().user == estate.xu.user


def test_a_stranger_is_kept_and_whoever_handles_it_says_whose_it_is(estate, broker):
    source, secret = gateway(estate.manager)
    post(source, secret, mail(**{"from": "somebody@else.example"}))
    message = InboundMessage.objects.get()
    assert (message.state, message.user, Registration.objects.count()) == ("unknown", None, 0)
    assert Message.objects.filter(kind="inbound.unknown", to=str(estate.counterpart.user.pk)).exists()
    handling.assign(here=estate.counterpart, message=message, user=broker.user, at=make.at("2025-04-29 09:00"))
    report = Registration.objects.get()
    assert (report.by, report.at) == (broker.user, make.MOMENT), "it counts from the receipt of the mail"
    message.refresh_from_db()
    assert (message.state, message.handled_by) == ("done", estate.counterpart.user)


def test_a_mail_that_is_assigned_late_goes_before_a_later_report_in_the_register(estate, broker):
    source, secret = gateway(estate.manager)
    post(source, secret, mail(**{"from": "x@else.example"}, text="安居公司，张先生，13812340000"))
    make.registered(estate.xu, make.at("2025-04-28 18:00"), number="13812340000")
    handling.assign(
        here=estate.counterpart, message=InboundMessage.objects.get(), user=broker.user, at=make.at("2025-04-29 09:00")
    )
    first, second = Registration.objects.in_order()
    assert (first.by, second.by) == (broker.user, estate.xu.user)
    assert first.answer == Answer.TAKEN, "whose the customer is, a ruling says"
    assert Ownership.objects.open().get().user == estate.xu.user


def test_nobody_assigns_a_message_to_themselves_nor_twice(estate, broker):
    source, secret = gateway(estate.manager)
    post(source, secret, mail(**{"from": "x@else.example"}))
    message = InboundMessage.objects.get()
    with pytest.raises(Refusal, match="own_message"):
        handling.assign(here=estate.manager, message=message, user=estate.manager.user, at=make.MOMENT)
    handling.assign(here=estate.manager, message=message, user=broker.user, at=make.MOMENT)
    with pytest.raises(Refusal, match="handled_already"):
        handling.assign(here=estate.counterpart, message=message, user=estate.xu.user, at=make.MOMENT)
    assert Registration.objects.count() == 1


def test_a_line_that_was_put_right_counts_from_then_with_the_first_receipt_beside(estate, broker):
    source, secret = gateway(estate.manager)
    post(source, secret, mail(text="安居公司，王总"))
    message = InboundMessage.objects.get()
    assert message.state == "unclear"
    later = make.at("2025-04-28 16:00")
    handling.put_right(here=broker, message=message, text="安居公司，王先生，13812340000", at=later)
    message.refresh_from_db()
    assert (message.state, message.left) == ("done", "")
    assert Registration.objects.get().at == later
    assert not Message.objects.waiting().filter(link=f"/inbound/{message.pk}").exists()


def test_somebody_else_of_the_trade_learns_nothing_of_a_message(estate, broker):
    source, secret = gateway(estate.manager)
    post(source, secret, mail(text="安居公司，王总"))
    message = InboundMessage.objects.get()
    assert not handling.messages(estate.hengxin).exists()
    with pytest.raises(Refusal, match="not_yours"):
        handling.put_right(here=estate.hengxin, message=message, text=TEXT, at=make.MOMENT)
    with pytest.raises(Refusal, match="not_yours"):
        handling.close(here=estate.hengxin, message=message, at=make.MOMENT)


def test_the_own_number_below_a_mail_is_no_customer(estate, broker):
    enter_work_phone(here=broker, organisation=None, number="13700001111", at=make.MOMENT)
    source, secret = gateway(estate.manager)
    post(source, secret, mail(text=f"您好，报备：\n{TEXT}\n高翔\n电话 13700001111"))
    assert InboundMessage.objects.get().state == "done"
    assert Registration.objects.count() == 1


def test_whoever_left_the_project_is_a_stranger(estate, broker):
    broker.user.memberships.update(until=make.at("2025-04-28 14:00"))
    source, secret = gateway(estate.manager)
    assert post(source, secret, mail()).json()["state"] == "unknown"


def test_more_than_a_paste_holds_is_registered_up_to_there_and_the_rest_is_left(estate, broker):
    source, secret = gateway(estate.manager)
    lines = "\n".join(f"安居公司，王先生，139****{n:04d}" for n in range(60))
    assert len(post(source, secret, mail(text=lines)).json()["registrations"]) == 50
    assert len(InboundMessage.objects.get().left.splitlines()) == 10


def test_a_closed_gateway_takes_nothing(estate, broker):
    source, secret = gateway(estate.manager)
    sources.close_source(here=estate.manager, source=source, at=make.MOMENT)
    answer = post(source, secret, mail())
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not InboundMessage.objects.exists()
