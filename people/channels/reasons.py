"""Why something did not go out, in words: what happened, then what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SKIPPED: dict[str, Any] = {
    "no_server": _("还没有填邮件服务器"), "no_address": _("没有填邮箱"), "not_wanted": _("本人不要邮件"), "done": _("发之前已经办了"),
    "left": _("已经不在这里工作"),
}  # fmt: skip
FAILED: dict[str, Any] = {
    "password": _("服务器不认这个用户名和密码。核对用户名；很多邮箱要用「授权码」代替密码"),
    "recipient": _("服务器不收寄给这个邮箱的信。核对收件的邮箱"),
    "sender": _("服务器不让用这个发件邮箱。换成这个账号自己的邮箱"),
    "unable": _("服务器不会这种加密或登录方式。换一种加密，或换端口"),
    "hung_up": _("服务器中途挂断了。核对端口和加密：465 配 SSL/TLS，587 配 STARTTLS"),
    "certificate": _("服务器的证书对不上这个地址。核对服务器地址"),
    "tls": _("加密连不上。核对端口和加密：465 配 SSL/TLS，587 配 STARTTLS"),
    "unknown_host": _("找不到这个服务器。核对地址"),
    "timeout": _("等了 10 秒没有回答。核对端口和加密：465 配 SSL/TLS，587 配 STARTTLS；也可能被防火墙挡住"),
    "refused": _("服务器在，但这个端口不接。核对端口"),
    "unreachable": _("连不上服务器。核对地址和网络"),
    "answer": _("服务器收了又退了。过一会儿再试；还这样，找邮件服务商"),
    "key": _("存着的密码解不开：密钥换过。重新填一次密码"),
    "trouble": _("程序自己出错了，看日志"),
}  # fmt: skip


def in_words(code: str) -> str:
    """The sentence for a code of either kind."""
    return str(SKIPPED.get(code) or FAILED.get(code, code))
