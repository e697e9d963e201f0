"""Addresses of the network: where a request comes from, and whether a host is this machine.

For limits only the digest of an address is kept: it is personal data.
"""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from trail import vault


def address_of(request: HttpRequest) -> str | None:
    """The caller's network address; behind a proxy, the one that the proxy saw, whatever the caller wrote in front of it."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
    try:
        return str(ip_address(seen))
    except ValueError:
        return None


def is_this_machine(host: str) -> bool:
    """Whether this host, by name or address, is the machine on which the program runs: what goes there needs no encryption."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def address_key(request: HttpRequest) -> str:
    """The keyed digest of the caller's address."""
    return vault.index("address", address_of(request) or "").hex()
