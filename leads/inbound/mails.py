"""A mail as it came over the wire → who sent it, when, and what they wrote. Nothing raises: a broken mail is read as far as it goes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from trail import clock

MOST_TEXT = 60_000  # characters; nobody types more
# What announces its words in one character set and means its larger brother.
MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "iso-8859-1": "cp1252"}
GUESSES = ("utf-8", "gb18030")
BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote", "pre", "hr"}
UNSEEN = {"script", "style", "head", "title"}
BULK = {"bulk", "junk", "auto_reply", "auto-reply"}
MACHINES = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply)@", re.I)
FORGED = re.compile(r"\bdmarc\s*=\s*fail\b", re.I)
# Where somebody else's words begin, below one's own.
QUOTED = re.compile(
    r"\s*(?:-{2,}\s*(?:原始邮件|回复的原邮件|转发邮件|original message|forwarded message)\s*-{2,}"
    r"|on\b.{4,120}\bwrote:|在.{4,120}写道[:：]|-- ?)\s*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """What matters of a mail. `automatic`: a machine answered or a mail came back; `forged`: the mail server says so."""

    sender: str
    sent_at: datetime | None
    subject: str
    text: str
    automatic: bool
    forged: bool


def read_mail(raw: bytes) -> Mail:
    """The mail in these bytes, however broken they are. An attachment is not looked at."""
    message = message_from_bytes(raw)
    return Mail(
        sender=_sender(message),
        sent_at=_date(message),
        subject=words_of(message.get("Subject")),
        text=_text(message)[:MOST_TEXT],
        automatic=_automatic(message),
        forged=bool(FORGED.search(_plain(message.get("Authentication-Results")))),
    )


def own_words(text: str) -> str:
    """What the sender wrote: without the lines they quote, and whatever stands below an older mail's head or a signature."""
    kept: list[str] = []
    for line in text.splitlines():
        if QUOTED.fullmatch(line) and any(one.strip() for one in kept):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def words_of(header: object) -> str:
    """A header's words, decoded; of what cannot be decoded, what can be read."""
    try:
        pieces = decode_header(_plain(header))
    except Exception:  # whatever a broken header makes its reader stumble over
        return " ".join(_plain(header).split())
    words = "".join(_decoded(p, charset or "") if isinstance(p, bytes) else p for p, charset in pieces)
    return " ".join(words.split())[:500]


def _plain(header: object) -> str:
    """A header may be an object that holds bytes of no known character set."""
    return "" if header is None else str(header).encode("utf-8", "replace").decode()


def _sender(message: Message) -> str:
    """The one address in From, in lower case; empty where there is none, or several."""
    given = [_plain(header) for header in message.get_all("From", [])]
    found = [address for _name, address in getaddresses(given) if "@" in address]
    return found[0].strip().lower()[:254] if len(given) == 1 and len(found) == 1 else ""


def _date(message: Message) -> datetime | None:
    try:
        sent = parsedate_to_datetime(_plain(message.get("Date")))
        sent = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
        return sent.astimezone(UTC) if clock.likely(sent) else None
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _automatic(message: Message) -> bool:
    """An answer by a machine, a bounce, or a mass mailing (RFC 3834)."""
    said = {name: _plain(message.get(name)).strip().lower() for name in ("Auto-Submitted", "Precedence", "Return-Path")}
    return (
        said["Auto-Submitted"].split(";")[0].strip() not in ("", "no")
        or said["Precedence"] in BULK
        or said["Return-Path"] == "<>"
        or message.get_content_type() == "multipart/report"
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
        or bool(MACHINES.match(_sender(message)))
    )


def _text(message: Message) -> str:
    """The plain parts; where there is none, the words of the HTML."""
    parts = list(_parts(message))
    plain = [_body(part) for part in parts if part.get_content_type() != "text/html"]
    if any(text.strip() for text in plain):
        return "\n".join(plain).strip()
    return "\n".join(_of_html(_body(part)) for part in parts if part.get_content_type() == "text/html").strip()


def _parts(message: Message) -> Iterator[Message]:
    """What is meant to be read, not attached."""
    for part in message.walk():
        if part.is_multipart() or part.get_content_maintype() != "text" or part.get_filename():
            continue
        if not _plain(part.get("Content-Disposition")).lower().startswith("attachment"):
            yield part


def _body(part: Message) -> str:
    raw = part.get_payload(decode=True)
    return _decoded(raw, str(part.get_content_charset() or "")) if isinstance(raw, bytes) else ""


def _decoded(raw: bytes, charset: str) -> str:
    """The text in these bytes: as they say, else as they can be read."""
    charset = charset.lower().strip("'\" ")
    for name in (MEANT.get(charset, charset), *GUESSES):
        try:
            return raw.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("utf-8", "replace")


class _Words(HTMLParser):
    """The words between the tags, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.unseen += tag in UNSEEN
        self.words.append("\n" if tag in BLOCKS else " " if tag in ("td", "th") else "")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in UNSEEN))
        self.words.append("\n" if tag in BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(" ".join(data.replace("\xa0", " ").split(" ")).replace("\n", " "))


def _of_html(html: str) -> str:
    """The words of a page; an unfinished tag is dropped."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(line for line in lines if line)
