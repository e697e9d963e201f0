"""A mail as it comes over the wire → what was written: character sets, HTML, broken MIME, bounces, quotes."""

from base64 import b64encode
from email.message import EmailMessage
from quopri import encodestring

import pytest

from leads.inbound.mails import MOST_TEXT, own_words, read_mail

TEXT = "安居公司，王先生，139****3333"


def mail(body: bytes, *headers: str) -> bytes:
    given = ["From: =?utf-8?b?6auY57+U?= <Gao@Anju.example>", "Date: Mon, 28 Apr 2025 10:12:07 +0800", *headers]
    return "\r\n".join(given).encode() + b"\r\n\r\n" + body


ENCODINGS = {
    "utf-8 in base64": (b64encode(TEXT.encode()), "utf-8", "base64"),
    "gbk in base64": (b64encode(TEXT.encode("gbk")), "gbk", "base64"),
    "gb2312 that means gb18030": (b64encode("安居公司，王喆先生，139****3333".encode("gb18030")), "gb2312", "base64"),
    "gb18030 in quoted-printable": (encodestring(TEXT.encode("gb18030")), "GB18030", "quoted-printable"),
    "utf-8 as it is": (TEXT.encode(), "utf-8", "8bit"),
    "a character set that there is not": (TEXT.encode(), "x-nothing", "8bit"),
    "gbk that says it is utf-8": (TEXT.encode("gbk"), "utf-8", "8bit"),
}


@pytest.mark.parametrize("how", ENCODINGS)
def test_the_words_are_read_in_whatever_they_are_encoded(how):
    body, charset, encoding = ENCODINGS[how]
    kind = (f'Content-Type: text/plain; charset="{charset}"', f"Content-Transfer-Encoding: {encoding}")
    assert read_mail(mail(body, *kind)).text.replace("王喆", "王") == TEXT


def test_sender_time_and_subject():
    found = read_mail(mail(b"x", "Subject: =?gb2312?B?sai4sQ==?=  =?utf-8?q?=E5=BC=A0?="))
    assert found.sender == "gao@anju.example"
    assert found.sent_at is not None
    assert found.sent_at.isoformat() == "2025-04-28T02:12:07+00:00"
    assert found.subject == "报副张"


def test_html_alone_is_read_without_its_tags():
    page = (
        "<html><head><style>p{}</style><title>x</title></head><body>"
        "<p>安居公司，<b>王</b>先生，139****3333<br>安居公司&#65292;李女士,138****0000</p><script>1</script>"
    )
    found = read_mail(mail(page.encode(), "Content-Type: text/html; charset=utf-8"))
    assert found.text == "安居公司，王先生，139****3333\n安居公司，李女士,138****0000"


def test_of_plain_and_html_the_plain_text_counts_and_an_attachment_does_not():
    made = EmailMessage()
    made["From"] = "gao@anju.example"
    made.set_content(TEXT)
    made.add_alternative(f"<p>{TEXT}</p>", subtype="html")
    made.add_attachment("王总，13800000000", filename="名单.txt")
    made.add_attachment(b"0" * 3_000_000, maintype="application", subtype="zip", filename="big.zip")
    assert read_mail(bytes(made)).text == TEXT
    assert read_mail(bytes(made)[:500_000]).text == TEXT  # as it is read from a mailbox: its beginning


AUTOMATIC = {
    "an answer by itself": "Auto-Submitted: auto-replied",
    "a mass mailing": "Precedence: bulk",
    "a bounce": "Return-Path: <>",
    "a report of delivery": 'Content-Type: multipart/report; boundary="x"',
    "an old answering machine": "X-Autoreply: yes",
}


@pytest.mark.parametrize("what", AUTOMATIC)
def test_what_a_machine_wrote_is_known(what):
    assert read_mail(mail(b"x", AUTOMATIC[what])).automatic
    assert not read_mail(mail(b"x", "Auto-Submitted: no")).automatic


def test_a_sender_that_the_mail_server_found_forged_is_known():
    assert read_mail(mail(b"x", "Authentication-Results: mx.example; spf=fail; dmarc=fail (p=none)")).forged
    assert not read_mail(mail(b"x", "Authentication-Results: mx.example; dmarc=pass")).forged


BROKEN = {
    "nothing": b"",
    "no head": b"hello",
    "a boundary that never comes": b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\nno part',
    "base64 that is none": b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%=",
    "bytes in the head": "From: 高翔 <a@b.example>\r\nSubject: 报备\r\n\r\nx".encode("gbk"),
    "a word that is cut off": b"From: a@b.example\r\nSubject: =?utf-8?b?5byg?= =?utf-8?b?5b\r\n\r\nx",
    "a date that is none": b"From: a@b.example\r\nDate: the day before\r\n\r\nx",
    "a date far off": b"From: a@b.example\r\nDate: Mon, 28 Apr 9999 10:12:07 -2359\r\n\r\nx",
    "a part within a part for ever": b"From: a@b.example\r\n"
    + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (i, i) for i in range(200)),
    "an unfinished tag": b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n<p>x<![CDATA[ <!-- <a",
    "no bytes that mean anything": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_mail_is_read_as_far_as_it_goes(what):
    found = read_mail(BROKEN[what])
    assert found.sender in ("", "a@b.example")
    assert found.sent_at is None or found.sent_at.year < 2100
    found.text.encode()
    found.subject.encode()


def test_several_senders_are_nobody():
    assert read_mail(b"From: a@b.example, c@d.example\r\n\r\nx").sender == ""
    assert read_mail(b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nx").sender == ""


def test_nobody_types_a_million_characters():
    assert len(read_mail(mail(b"x" * 1_000_000)).text) == MOST_TEXT


def test_what_somebody_quotes_is_not_theirs():
    assert (
        own_words(
            f"{TEXT}\n> 恒信公司，李女士，138****0000\n\n在 2025年4月27日，白桦 写道：\n恒信公司，赵先生，137****1111"
        )
        == TEXT
    )
    assert own_words(f"{TEXT}\n\n-- \n高翔 13700001111") == TEXT
    assert own_words(f"{TEXT}\n------------------ 原始邮件 ------------------\n恒信公司，赵先生，137****1111") == TEXT
    assert own_words(f"------ 转发邮件 ------\n{TEXT}").endswith(TEXT), "nothing of their own above it: it is the mail"
