"""Logins that another system vouches for: which systems, who somebody is there, and letting them in by it.

An account there belongs to a person here only because that person, logged in and proven, said so. Nothing is matched by
telephone number, address or name.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people import providers
from people.models import ExternalIdentity, Provider, User
from people.providers.reasons import AT_SETTINGS
from people.providers.wire import Trouble, must_be_safe
from people.roles import Right
from people.services.guards import count_trial, refusing
from people.services.versions import locked_unchanged
from people.workplace import Workplace
from trail import services as trail
from trail import vault
from trail.refusals import Refusal

Kind = Provider.Kind
LINKED = gettext_noop("%(provider)s 的一个账号连到了你的账号。不是你连的，马上告诉管理员")
UNLINKED = gettext_noop("%(provider)s 和你的账号断开了。不是你断的，马上告诉管理员")
AT_FIELD = {
    "secret": "secret",
    "client": "client",
    "agent": "agent",
}  # which input a trouble is about; else the address
# Of 企业微信 the program's number, of 钉钉 and 飞书 the company that people must be of.
NEEDS_AGENT = {
    Kind.WECOM: gettext_noop("填应用的 AgentId"), Kind.DINGTALK: gettext_noop("填公司的 CorpId，只让本公司的人进来"),
    Kind.FEISHU: gettext_noop("填公司的 tenant_key，只让本公司的人进来"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed of a provider. An empty secret keeps the one that is stored."""

    kind: str
    name: str
    address: str
    client: str
    agent: str
    secret: str


@transaction.atomic
def save_provider(
    *, here: Workplace, given: Given, at: datetime, row: Provider | None = None, seen: str = ""
) -> Provider:
    """Let people come in by this system from now on, or change how it is asked.

    Refused: without the right (404), agent_missing, address_missing, address_unsafe, secret_missing, secret_again,
    provider_twice; changed_meanwhile since `seen`. Pointed at another company, program or server, it forgets who was linked: they
    were somebody elsewhere.
    """
    _must_set_up(here)
    row = row and locked_unchanged(row, seen)
    made = _as_row(given, at, row)
    twice = Refusal("provider_twice", _("这个应用已经加过了"), field="client", status=409)
    with refusing({"provider_once": twice}):
        if row and _place(row) != _place(made):
            made.identities.all().delete()
        made.save()
        action = "provider.change" if row else "provider.add"
        trail.note(by=here.user.pk, action=action, subject=f"provider:{made.pk}", at=at, kind=made.kind)
    return made


@transaction.atomic
def switch_provider(*, here: Workplace, row: Provider, on: bool, at: datetime) -> Provider:
    """Nobody comes in by it any more, or people do again; who is linked stays linked."""
    _must_set_up(here)
    if row.on != on:
        row.on, row.changed_at = on, at
        row.save(update_fields=["on", "changed_at"])
        action = "provider.on" if on else "provider.off"
        trail.note(by=here.user.pk, action=action, subject=f"provider:{row.pk}", at=at)
    return row


def try_provider(*, here: Workplace, given: Given, at: datetime, row: Provider | None = None) -> None:
    """Ask the system whether it knows this program; nothing is saved. Refused as `save_provider`, and provider_… with what it said."""
    _must_set_up(here)
    made = _as_row(given, at, row)
    count_trial("provider", here.user, at)
    try:
        providers.try_out(made, vault.unseal(made.sealed_secret))
    except Trouble as trouble:
        said = AT_SETTINGS.get(trouble.code, AT_SETTINGS["answer"])
        raise Refusal(f"provider_{trouble.code}", said, field=AT_FIELD.get(trouble.code, "address")) from trouble


def vouched(*, provider: Provider, flow: providers.Flow, said: dict[str, str]) -> str:
    """The provider's id of whoever came back. Raises Trouble."""
    return providers.finish(provider, vault.unseal(provider.sealed_secret), flow, said)


@transaction.atomic
def person_of(*, provider: Provider, external_id: str, at: datetime) -> User | None:
    """Who that is here; None for nobody, and for somebody who left."""
    found = ExternalIdentity.objects.select_related("user").filter(provider=provider, external_id=external_id).first()
    if found is None or not found.user.is_active:
        return None
    ExternalIdentity.objects.filter(pk=found.pk).update(used_at=at)
    return found.user


def link_identity(*, provider: Provider, external_id: str, user: User, at: datetime) -> ExternalIdentity:
    """This is who I am there; who asks has just shown who they are here. Refused: linked_already, identity_taken."""
    if ExternalIdentity.objects.filter(provider=provider, user=user).exists():
        raise Refusal(
            "linked_already", _("你已经连了一个 %(name)s 账号，先断开它") % {"name": provider.name}, status=409
        )
    taken = Refusal("identity_taken", _("这个企业账号已经连到另一个人。换一个，或找管理员"), status=409)
    with refusing({"external_identity_of_one_person": taken, "external_identity_once_a_person": taken}):
        made = ExternalIdentity.objects.create(
            provider=provider, external_id=external_id, user=user, linked_at=at, linked_by=user
        )
        _tell(user, "identity.link", LINKED, provider, at)
    return made


@transaction.atomic
def unlink_identity(*, row: ExternalIdentity, at: datetime) -> None:
    """It lets nobody in any more. Who asks has just shown who they are."""
    user, provider = row.user, row.provider
    row.delete()
    _tell(user, "identity.unlink", UNLINKED, provider, at)


def back_address(row: Provider) -> str:
    """Where the provider sends the browser back to; it must be entered there, too."""
    return str(settings.GUISHU_URL) + reverse("sso_back", args=[row.pk])


def open_providers() -> list[Provider]:
    """Those by which people come in, as the login shows them."""
    return list(Provider.objects.filter(on=True).order_by("pk"))


def _must_set_up(here: Workplace) -> None:
    if not here.may(Right.SETTINGS):
        raise Refusal("providers_not_yours", _("只有管理员能改登录方式"), status=404)


def _as_row(given: Given, at: datetime, row: Provider | None) -> Provider:
    """The row that this would be, not saved."""
    made = Provider(
        pk=row.pk if row else None, kind=row.kind if row else given.kind, name=given.name, client=given.client,
        address=given.address.rstrip("/"), agent=given.agent, on=row.on if row else True, changed_at=at,
    )  # fmt: skip
    if made.kind in NEEDS_AGENT and not made.agent:
        raise Refusal("agent_missing", _(NEEDS_AGENT[Kind(made.kind)]), field="agent")
    if made.kind == Kind.OIDC and not made.address:
        raise Refusal("address_missing", _("填 issuer 的地址"), field="address")
    if made.address:
        try:
            must_be_safe(made.address)
        except Trouble as unsafe:
            raise Refusal("address_unsafe", AT_SETTINGS["insecure"], field="address") from unsafe
    made.sealed_secret = _sealed(given.secret, made, row)
    return made


def _sealed(typed: str, made: Provider, row: Provider | None) -> bytes:
    """The typed secret, or the stored one; that goes only to the server and the program that it was entered for."""
    if typed:
        return vault.seal(typed)
    if row is None:
        raise Refusal("secret_missing", _("填应用的密钥"), field="secret")
    if (row.client, row.address) != (made.client, made.address):
        raise Refusal("secret_again", _("应用或地址改了，密钥要重填一次"), field="secret")
    return bytes(row.sealed_secret)


def _place(row: Provider) -> tuple[str, ...]:
    """Whose word counts: another company or server may know somebody else by the same id."""
    return (row.address, row.client, row.agent if row.kind != Kind.WECOM else "")


def _tell(user: User, action: str, sentence: str, provider: Provider, at: datetime) -> None:
    trail.note(by=user.pk, action=action, subject=f"user:{user.pk}", at=at, provider=provider.pk)
    trail.tell(to=user.pk, kind=action, sentence=sentence, link=reverse("account"), at=at, provider=provider.name)
