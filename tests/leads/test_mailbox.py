"""Reports out of a mailbox, over a real IMAP server: each mail once, whatever happens in between."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from leads.inbound import mailbox as imap
from leads.inbound import reading, receiving, sources
from leads.inbound.jobs import read_mailboxes
from leads.models import InboundMessage, InboundSource, Registration
from people.services.guards import TRIALS_AN_HOUR
from tests import make
from tests.leads.inbound import TEXT, mailbox
from tests.mailbox import certificate, free_port
from tests.mailbox_server import PASSWORD, USER, imap_server, tls_before
from trail import clock
from trail.models import Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def written(text: str = TEXT, *, sender: str = "gao@anju.example", id: str = "1", **headers: str) -> bytes:
    """A mail, encoded as a mail program would."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"高翔 <{sender}>", USER, "报备"
    mail["Date"], mail["Message-ID"] = "Mon, 28 Apr 2025 13:50:00 +0800", f"<{id}@anju.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text, charset="gb18030")
    return bytes(mail)


@pytest.fixture
def server():
    with imap_server() as running:
        yield running


@pytest.fixture
def broker(estate):
    estate.anju.user.email = "gao@anju.example"
    estate.anju.user.save()
    return estate.anju


def look() -> InboundSource:
    """The job looks into every mailbox; the first of them afterwards."""
    read_mailboxes.func()
    return InboundSource.objects.earliest("created_at")


def test_what_arrives_is_registered_once_in_the_senders_name(estate, broker, server):
    server.put(written(id="0"), make.at("2025-04-01 10:00"))  # it lay there before
    mailbox(estate.manager, server.port)
    server.put(written("安居公司，李女士，13812340000", id="1"), make.MOMENT)
    server.put(written("hello", id="2", Auto_Submitted="auto-replied"), make.MOMENT)
    server.put(written("安居公司，赵先生，13712340000", id="3", sender="x@else.example"), make.MOMENT)
    for _i in range(3):
        source = look()
    report = Registration.objects.get()
    assert (report.by, report.channel, report.at) == (broker.user, "email", make.MOMENT)
    assert report.claimed_at == make.at("2025-04-28 13:50")
    assert [m.state for m in InboundMessage.objects.order_by("pk")] == ["done", "closed", "unknown"]
    assert (source.error, source.failures, source.checked_at) == ("", 0, make.MOMENT)
    assert Message.objects.filter(kind="inbound.received", to=str(broker.user.pk)).count() == 1


def test_nothing_in_the_mailbox_is_changed(estate, broker, server):
    mailbox(estate.manager, server.port)
    server.put(written(), make.MOMENT)
    look()
    wire = server.login()
    wire.select("INBOX", readonly=True)
    assert wire.search(None, "UNSEEN")[1][0].split() == [b"1"]
    wire.logout()


def test_a_worker_that_dies_between_two_mails_loses_none_and_doubles_none(estate, broker, server, monkeypatch):
    mailbox(estate.manager, server.port)
    for n in range(3):
        server.put(written(f"安居公司，王先生，1381234000{n}", id=str(n)), make.MOMENT)
    taken, take = [], reading._take

    def dies(*args, **kwargs):
        if len(taken) == 1:
            raise SystemExit
        taken.append(take(*args, **kwargs))
        return taken[-1]

    with monkeypatch.context() as patch:
        patch.setattr(reading, "_take", dies)
        with pytest.raises(SystemExit):
            look()
    assert Registration.objects.count() == 1
    look()
    assert Registration.objects.count() == InboundMessage.objects.count() == 3


def test_a_mail_is_kept_with_how_far_was_read_or_neither(estate, broker, server, monkeypatch):
    """The message is stored and the worker dies before it notes how far it read: one transaction, so both are gone."""
    mailbox(estate.manager, server.port)
    server.put(written(), make.MOMENT)

    def dies(*_args, **_kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "tell_sender", dies)
        with pytest.raises(SystemExit):
            look()
    assert not InboundMessage.objects.exists()
    assert not Registration.objects.exists()
    look()
    assert Registration.objects.count() == 1


def test_when_every_mail_has_another_uid_none_comes_in_twice(estate, broker, monkeypatch):
    port = free_port()
    with imap_server(port) as server:
        mailbox(estate.manager, port)
        server.put(written(id="1"), make.MOMENT)
        before = look().uid_validity
    with imap_server(port) as server:
        server.put(
            written("安居公司，钱女士，13611110000", id="0"), make.at("2025-03-01 10:00")
        )  # older than the source
        server.put(written("安居公司，李女士，13812340000", id="2"), make.MOMENT)
        server.put(written(id="1"), make.MOMENT)
        source = look()
    assert source.uid_validity != before
    assert Registration.objects.count() == 2
    assert InboundMessage.objects.count() == 2


def test_a_mail_that_breaks_the_reader_is_kept_for_a_person_and_the_next_comes_in(estate, broker, server, monkeypatch):
    mailbox(estate.manager, server.port)
    server.put(written("坏"), make.MOMENT)
    server.put(written(id="2"), make.MOMENT)
    register = receiving.register_lines

    def breaks(message, here, text, *, at):
        if "坏" in text:
            raise RuntimeError
        register(message, here, text, at=at)

    monkeypatch.setattr(receiving, "register_lines", breaks)
    source = look()
    assert [m.state for m in InboundMessage.objects.order_by("pk")] == ["unclear", "done"]
    assert source.error == ""


def test_of_a_huge_mail_what_is_written_comes_in(estate, broker, server):
    mailbox(estate.manager, server.port)
    mail = EmailMessage()
    mail["From"], mail["Date"] = "gao@anju.example", "Mon, 28 Apr 2025 13:50:00 +0800"
    mail.set_content(TEXT)
    mail.add_attachment(b"0" * 4_000_000, maintype="application", subtype="zip", filename="big.zip")
    server.put(bytes(mail), make.MOMENT)
    look()
    assert InboundMessage.objects.get().text.strip() == TEXT
    assert Registration.objects.count() == 1


def test_a_server_that_is_away_is_asked_again_ever_more_rarely_and_the_page_says_why(estate, broker):
    with imap_server() as server:
        source = mailbox(estate.manager, server.port)
    for failures in (1, 2):
        with clock.standing_at(make.MOMENT + timedelta(minutes=10 * failures)):
            source = look()
        assert (source.error, source.failures) == ("refused", failures)
    later = source.checked_at
    assert not reading.is_due(source, later + timedelta(seconds=119))
    assert reading.is_due(source, later + timedelta(seconds=120))
    source.failures = 40
    assert reading.is_due(source, later + timedelta(hours=1))


def test_one_that_fails_holds_up_no_other(estate, broker, server):
    with imap_server() as gone:
        mailbox(estate.manager, gone.port, name="停了的")
    mailbox(estate.manager, server.port)
    server.put(written(), make.MOMENT)
    look()
    assert Registration.objects.count() == 1


def test_a_closed_mailbox_is_not_read(estate, broker, server):
    source = mailbox(estate.manager, server.port)
    sources.close_source(here=estate.manager, source=source, at=make.MOMENT)
    server.put(written(), make.MOMENT)
    look()
    assert not InboundMessage.objects.exists()


# ── opening one ──


WRONG = {
    "password": {"password": "another"},
    "folder": {"folder": "不在"},
}


@pytest.mark.parametrize("code", WRONG)
def test_what_the_server_does_not_take_is_said_at_its_field(estate, server, code):
    with pytest.raises(Refusal) as said:
        mailbox(estate.manager, server.port, **WRONG[code])
    assert (said.value.code, said.value.field) == (f"mailbox_{code}", code)
    assert not InboundSource.objects.exists()


def test_where_nothing_listens_or_nothing_answers_it_says_so(estate, monkeypatch):
    with pytest.raises(Refusal, match="mailbox_refused"):
        mailbox(estate.manager, free_port())
    with pytest.raises(Refusal, match="mailbox_unknown_host"):
        mailbox(estate.manager, 993, host="no-such-host.invalid", tls=True)


def test_without_encryption_only_on_this_machine(estate):
    with pytest.raises(Refusal, match="not_encrypted"):
        mailbox(estate.manager, 143, host="imap.example.com")


def test_a_certificate_that_nobody_vouches_for_is_refused_and_one_that_is_trusted_is_not(
    estate, broker, server, tmp_path, monkeypatch
):
    context, file = certificate(tmp_path)
    with tls_before(server, context) as port:
        with pytest.raises(Refusal, match="mailbox_certificate"):
            mailbox(estate.manager, port, tls=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        mailbox(estate.manager, port, tls=True)
        server.put(written(), make.MOMENT)
        assert look().error == ""
    assert Registration.objects.count() == 1


def test_the_password_is_sealed_and_an_hour_has_twenty_trials(estate, server):
    source = mailbox(estate.manager, server.port)
    assert PASSWORD.encode() not in bytes(source.sealed_secret)
    given = sources.Mailbox("x", "127.0.0.1", free_port(), False, USER, PASSWORD)
    for _i in range(TRIALS_AN_HOUR - 1):
        with pytest.raises(Refusal, match="mailbox_refused"):
            sources.try_mailbox(here=estate.manager, given=given, at=make.MOMENT)
    with pytest.raises(Refusal, match="too_many_trials"):
        sources.try_mailbox(here=estate.manager, given=given, at=make.MOMENT)


def test_every_code_has_its_words():
    assert {code for _kind, code in imap.CODES} | {"trouble"} == set(imap.TROUBLES)
