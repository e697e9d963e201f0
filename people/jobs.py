"""Letters with a link in them. The link is made when the letter is written, so that none waits in the queue."""

import logging

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from people import links
from people.channels import NotSent
from people.channels.smtp import mail_server, post
from people.links import Kind
from people.models import User
from people.services.passwords import asked_key, link_for
from trail import clock, vault
from trail.jobs import job
from trail.limits import give_back

log = logging.getLogger(__name__)


@job(title=_("发密码链接"), tries=3)
def mail_reset_link(sealed_who: str) -> None:
    """Mail a link to a new password to whoever has this account or e-mail, if there is such a person and they came in once.

    `sealed_who` is what was typed, sealed, in hexadecimal. Where its key was retired while it waited, they ask again.
    """
    try:
        who = vault.unseal(bytes.fromhex(sealed_who)).strip()
    except InvalidTag:
        log.warning("a question for a password link was sealed under a key that is gone")
        return
    for user in User.objects.filter(Q(username__iexact=who) | Q(email__iexact=who), is_active=True).exclude(email=""):
        path = link_for(user, clock.now()) if user.has_usable_password() else None
        if path:
            _send_asked(user, path)


@job(title=_("发邀请"), tries=5)
def mail_person_link(user_id: int, kind: str) -> None:
    """Mail the link that an administrator gave (`links.Kind`), unless the person came in or left meanwhile."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user and kind == Kind.JOIN and user.invited_at:
        _send(user, "people/mail_join.txt", links.invitation_path(user))
    elif user and kind == Kind.HANDED and user.has_usable_password():
        path = reverse("reset", args=[links.write(Kind.HANDED, user, clock.now())])
        _send(user, "people/mail_reset.txt", path, handed=True)


def mail_link(user: User, kind: Kind) -> bool:
    """Mail somebody their link, if there is a mail server and they have an address; gives whether it is on its way."""
    possible = bool(user.email) and mail_server() is not None
    if possible:
        mail_person_link.enqueue(user.pk, str(kind))
    return possible


def _send_asked(user: User, path: str) -> None:
    try:
        _send(user, "people/mail_reset.txt", path)
    except NotSent:  # it will be tried again: this try does not count against the person
        give_back(asked_key(user))
        raise


def _send(user: User, template: str, path: str, **more: bool) -> None:
    server = mail_server()
    if server is None:  # taken away meanwhile
        return
    with translation.override(user.language or None):
        told = {"person": user, "link": settings.GUISHU_URL + path, **more}
        subject, _sep, text = render_to_string(template, told).strip().partition("\n")
        post(server, to=user.email, subject=subject, text=text.strip() + "\n")
