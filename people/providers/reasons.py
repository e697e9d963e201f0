"""Why nobody was vouched for, in words: for who wants to come in, and for who set the provider up."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# What somebody at the login can do something about.
AT_LOGIN: dict[str, Any] = {
    "refused": _("你没有同意登录，或者中途退出了。再来一次，或用密码登录"),
    "code": _("这次登录过期了，或用过一次了。再来一次"),
    "state": _("这次登录不是从这个浏览器开始的，或等得太久了。再来一次"),
    "stranger": _("这个企业账号不是本公司的，换本公司的账号登录"),
    "timeout": _("企业账号的服务器没有及时答复。过一会儿再来，或用密码登录"),
    "unreachable": _("连不上企业账号的服务器。过一会儿再来，或用密码登录"),
    "busy": _("企业账号的服务器太忙。过一会儿再来，或用密码登录"),
}
OTHERWISE = _("企业账号这边没有设好，先用密码登录，再告诉管理员")
# What whoever enters a provider can do something about.
AT_SETTINGS: dict[str, Any] = {
    "secret": _("对方不认这个密钥。到对方的后台再复制一次"),
    "client": _("对方不认这个应用。核对应用的编号"),
    "agent": _("对方不认这个 AgentId。核对一遍"),
    "address_of_ours": _("对方只让登记过的服务器来问。把这台服务器的 IP 加到对方的白名单"),
    "issuer": _("这个地址自称是另一个 issuer。照对方给的 issuer 填，一个字符也不差"),
    "insecure": _("地址要以 https:// 开头"),
    "redirected": _("这个地址转到别处去了。填最后的那个地址"),
    "timeout": _("等了 10 秒没有答完。核对地址，看看对方的服务器"),
    "unreachable": _("连不上服务器。核对地址和网络"),
    "busy": _("对方说太忙。过一会儿再试"),
    "answer": _("对方的答复看不懂。核对地址和应用的编号"),
    "too_large": _("对方的答复太长，不像是登录服务。核对地址"),
}
AWAY = frozenset({"timeout", "unreachable", "busy"})  # it may be better in a while


def at_login(code: str) -> str:
    """The sentence for who wants to come in."""
    return str(AT_LOGIN.get(code, OTHERWISE))
