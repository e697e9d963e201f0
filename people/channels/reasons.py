"""Why something did not go out, in words: what happened, then what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SKIPPED: dict[str, Any] = {
    "no_server": _("还没有填邮件服务器"), "no_address": _("没有填邮箱"), "not_wanted": _("本人不要邮件"), "done": _("发之前已经办了"),
    "left": _("已经不在这里工作"), "no_gateway": _("还没有填短信通道"), "no_phone": _("没有工作手机"), "late": _("客户早就到了，不用再喊"),
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
    "sms_password": _("短信通道不认这个账号和密码。核对账号；密码最多 8 位"),
    "sms_bind": _("短信通道不让登录：账号停用了，或者连得太多。找服务商"),
    "sms_busy": _("短信通道太忙，过一会儿再试"), "sms_number": _("短信通道不收这个号码。核对工作手机"),
    "sms_answer": _("短信通道收了又退了：多半是模板或签名没报备。找服务商"), "sms_hung_up": _("短信通道中途挂断了。核对端口和加密"),
    "sms_certificate": _("短信通道的证书对不上这个地址。核对地址"), "sms_tls": _("加密连不上短信通道。核对端口，或者它不加密"),
    "sms_unknown_host": _("找不到短信通道的服务器。核对地址"),
    "sms_timeout": _("等了 10 秒，短信通道没有回答。核对端口；也可能被防火墙挡住"),
    "sms_refused": _("服务器在，但这个端口不接。核对端口"), "sms_unreachable": _("连不上短信通道。核对地址和网络"),
    "sms_key": _("存着的密码解不开：密钥换过。重新填一次密码"),
}  # fmt: skip

ROBOTS: dict[str, Any] = {  # what robots and the servers behind them answer, by the product's own number where it has one
    "93000": _("企业微信不认这个地址：机器人被移出群了，或者地址没抄全"),
    "300001": _("钉钉不认这个地址：机器人被删了，或者地址没抄全"), "400101": _("钉钉不认这个地址：机器人被删了，或者地址没抄全"),
    "400102": _("这个机器人在钉钉里停用了。到群里开启"), "400013": _("这个群解散了"),
    "310000": _("钉钉的安全设置不放行。核对加签的密钥；用关键词的，填「报备」"),
    "19001": _("飞书不认这个地址：机器人被移出群了，或者地址没抄全"), "19007": _("这个机器人在飞书里停用了。到群里开启"),
    "19021": _("飞书不认签名。核对密钥，再看服务器的时间准不准"), "19022": _("飞书的 IP 白名单里没有这台服务器"),
    "19024": _("飞书的关键词对不上。关键词填「报备」"),
    "45009": _("发得太快，企业微信要等一会儿"), "130101": _("发得太快，钉钉要等十分钟"), "410100": _("发得太快，钉钉要等十分钟"),
    "90030": _("发得太快，钉钉要等十分钟"), "11232": _("发得太快，飞书要等一会儿"), "9499": _("飞书没收下。过一会儿再试"),
    "too_fast": _("发得太快，等一分钟再试"), "address": _("地址不完整。从群里的机器人设置整个复制"),
    "https": _("地址要以 https:// 开头"), "host": _("这不是这家的机器人地址"), "inside": _("地址指到了内网，不往那里发"),
    "unknown_host": _("找不到这个服务器。核对地址和网络"), "timeout": _("等了 10 秒没有回答。看看网络"),
    "refused": _("服务器在，但不接。看看网络"), "certificate": _("服务器的证书对不上这个地址"), "tls": _("加密连不上。看看网络"),
    "unreachable": _("连不上，或者中途断了。看看网络"), "answer": _("对方的回答看不懂。过一会儿再试"),
    "late": _("客户早就到了，不用再喊"), "private": _("里面有号码，不往群里发"), "done": _("发之前已经办了"),
    "key": _("存着的地址解不开：密钥换过。重新填一次"), "no_robot": _("没有机器人要发"), "off": _("机器人停用了"),
}  # fmt: skip


def in_words(code: str) -> str:
    """The sentence for a code of a letter, of either kind."""
    return str(SKIPPED.get(code) or FAILED.get(code, code))


def robot_in_words(code: str) -> str:
    """The sentence for what came of a robot's post; a number that we do not know stands for itself."""
    return str(ROBOTS.get(code, code))
