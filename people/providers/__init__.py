"""The systems that vouch for people: where each sends the browser, and how it tells who came back.

    begin   the address at the provider; what must come back is kept in the session of this browser and used once
    finish  the code that came back, for the provider's own id of the person. Nothing else it says is believed

Each speaks its published protocol in a module of its own; all of them ask through `wire`. An identity is the provider and its
id for somebody, never a telephone number and never an address.
"""

from collections.abc import Callable
from dataclasses import dataclass

from people.models import Provider
from people.providers import dingtalk, feishu, oidc, wecom
from people.providers.wire import Flow, Trouble

__all__ = ["PROTOCOLS", "Flow", "Protocol", "Trouble", "begin", "finish", "try_out"]


LONGEST = 128  # characters of an id


@dataclass(frozen=True, slots=True)
class Protocol:
    """How one kind of provider is spoken to."""

    begin: Callable[[Provider, Flow], str]
    finish: Callable[[Provider, str, Flow, dict[str, str]], str]
    try_out: Callable[[Provider, str], None]


PROTOCOLS = {
    Provider.Kind.WECOM: Protocol(wecom.begin, wecom.finish, wecom.try_out),
    Provider.Kind.DINGTALK: Protocol(dingtalk.begin, dingtalk.finish, dingtalk.try_out),
    Provider.Kind.FEISHU: Protocol(feishu.begin, feishu.finish, feishu.try_out),
    Provider.Kind.OIDC: Protocol(oidc.begin, oidc.finish, oidc.try_out),
}


def begin(provider: Provider, flow: Flow) -> str:
    """The address at the provider to which the browser goes. Raises Trouble where the provider must be asked for it first."""
    return PROTOCOLS[Provider.Kind(provider.kind)].begin(provider, flow)


def finish(provider: Provider, secret: str, flow: Flow, said: dict[str, str]) -> str:
    """The provider's id of whoever came back with `said`, the query of the address. Raises Trouble."""
    who = PROTOCOLS[Provider.Kind(provider.kind)].finish(provider, secret, flow, said)
    if not (0 < len(who) <= LONGEST and who.isprintable()):
        raise Trouble("answer")
    return who


def try_out(provider: Provider, secret: str) -> None:
    """Ask the provider whether it knows this program. Raises Trouble where it does not."""
    PROTOCOLS[Provider.Kind(provider.kind)].try_out(provider, secret)
