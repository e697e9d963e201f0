"""E-mail: all that is due for one person goes as one mail, with a link to each message that asks for login."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from people.channels import Letter, NotSent
from people.channels.smtp import mail_server, post
from people.models import User


class Email:
    """The first channel."""

    name, wished = "email", True
    lasts: timedelta | None = None

    def missing(self, user: User) -> str:
        """No server to send through, or no address to send to."""
        if mail_server() is None:
            return "no_server"
        return "" if user.email else "no_address"

    def send(self, user: User, letters: list[Letter]) -> None:
        """One mail for all of them."""
        server = mail_server()
        if server is None:  # taken away since it was asked for
            raise NotSent("unreachable")
        shown = {"letters": letters, "base": settings.GUISHU_URL}
        post(
            server,
            to=user.email,
            subject=subject(letters),
            text=render_to_string("people/mail.txt", shown),
            html=render_to_string("people/mail.html", shown),
            message_id=_message_id(user, letters),
        )


def subject(letters: list[Letter]) -> str:
    """The sentence itself; of several, the one that cannot wait, else how many there are."""
    first = next((letter for letter in reversed(letters) if letter.urgent), letters[0])
    if len(letters) == 1 or first.urgent:
        return first.sentence
    return ngettext("%(count)d 条消息", "%(count)d 条消息", len(letters)) % {"count": len(letters)}


def _message_id(user: User, letters: list[Letter]) -> str:
    """The same for the same letters: a mailbox may drop what was sent again after a crash."""
    host = urlsplit(settings.GUISHU_URL).hostname or "localhost"
    return f"<{user.pk}.{letters[0].pk}-{letters[-1].pk}.{len(letters)}@{host}>"
