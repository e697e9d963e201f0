"""企业微信: by QR code in a browser, silently in its own app; for people of the company (corp) that `client` names.

https://developer.work.weixin.qq.com/document/path/98152 (login), /91022 (in the app), /91039 (gettoken), /91023 (getuserinfo).
An answer is 200 whether it worked or not: `errcode` says. The code is good for five minutes and once.
"""

from typing import Any
from urllib.parse import urlencode

from people.models import Provider
from people.providers.wire import Flow, Trouble, Wire, code_of, must_be_safe, text_of

LOGIN, INSIDE, API = "https://login.work.weixin.qq.com", "https://open.weixin.qq.com", "https://qyapi.weixin.qq.com"
CODES = {
    40029: "code", 40163: "code", 42003: "code", 40001: "secret", 40013: "client", 40056: "agent", 60020: "address_of_ours",
    50001: "back", 45009: "busy",
}  # fmt: skip


def begin(provider: Provider, flow: Flow) -> str:
    """The QR code; for a browser that is 企业微信 itself, the page that asks nothing."""
    given = {"appid": provider.client, "redirect_uri": flow.back, "state": flow.state, "agentid": provider.agent}
    if flow.inside:
        query = urlencode(given | {"response_type": "code", "scope": "snsapi_base"})
        url = f"{provider.address or INSIDE}/connect/oauth2/authorize?{query}#wechat_redirect"
    else:
        url = f"{provider.address or LOGIN}/wwlogin/sso/login?{urlencode(given | {'login_type': 'CorpApp'})}"
    must_be_safe(url)
    return url


def finish(provider: Provider, secret: str, flow: Flow, said: dict[str, str]) -> str:
    """The UserId. Somebody who is not of the company has none: Trouble (stranger)."""
    code, wire = code_of(said, "code"), Wire()
    token = _token(provider, secret, wire)
    query = {"access_token": token, "code": code}
    found = _good(wire.ask("GET", f"{provider.address or API}/cgi-bin/auth/getuserinfo", params=query))
    who = text_of(found, "userid") or text_of(found, "UserId")
    if not who:
        raise Trouble("stranger")
    return who


def try_out(provider: Provider, secret: str) -> None:
    """Whether the company knows this secret."""
    _token(provider, secret, Wire())


def _token(provider: Provider, secret: str, wire: Wire) -> str:
    query = {"corpid": provider.client, "corpsecret": secret}
    found = _good(wire.ask("GET", f"{provider.address or API}/cgi-bin/gettoken", params=query))
    token = text_of(found, "access_token")
    if not token:
        raise Trouble("answer")
    return token


def _good(said: dict[str, Any]) -> dict[str, Any]:
    code = said.get("errcode")
    if code != 0:
        raise Trouble(CODES.get(code, "answer") if isinstance(code, int) else "answer")
    return said
