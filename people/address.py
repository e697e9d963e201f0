"""Where a request comes from, for limits. Never kept in clear: an address is personal data."""

from django.conf import settings
from django.http import HttpRequest

from trail import vault


def address_key(request: HttpRequest) -> str:
    """The keyed digest of the caller's network address; behind a proxy, of the address that the proxy saw."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
    return vault.index("address", seen).hex()
