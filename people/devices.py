"""What somebody sits at, and where, in words: out of what a browser says it is and the address that a request came from."""

from ipaddress import ip_address, ip_network

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The first mark that is found in what the browser says. Those that are built on another one come before it.
BROWSERS = (
    ("wxwork/", gettext_noop("企业微信")), ("MicroMessenger/", gettext_noop("微信")), ("DingTalk/", gettext_noop("钉钉")),
    ("Lark/", gettext_noop("飞书")), ("Feishu/", gettext_noop("飞书")), ("Edg", "Edge"), ("QQBrowser/", gettext_noop("QQ 浏览器")),
    ("HuaweiBrowser/", gettext_noop("华为浏览器")), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Windows", "Windows"), ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
SEEN_BY_OTHERS = {4: 16, 6: 32}  # bits of an address


def device_words(said: str) -> str:
    """«Chrome · Windows»; what nobody knows is «别的程序»."""
    words = [_(name) for name in (_first(BROWSERS, said), _first(SYSTEMS, said)) if name]
    return " · ".join(words) or _("别的程序")


def _first(marks: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for mark, name in marks if mark in said), "")


def rough_address(address: str | None) -> str:
    """The network that an address is in, for the eyes of others: 203.0.*.*; empty for none."""
    if not address:
        return ""
    bits = SEEN_BY_OTHERS[ip_address(address).version]
    network = str(ip_network(f"{address}/{bits}", strict=False).network_address)
    return ".".join([*network.split(".")[:2], "*", "*"]) if bits == SEEN_BY_OTHERS[4] else f"{network}*"
