"""钉钉: for people of the company whose CorpId `agent` names.

https://open.dingtalk.com/document/orgapp/tutorial-obtaining-user-personal-information, …/obtain-user-token,
…/dingtalk-retrieve-user-information.
The id is the unionId, which is the same for all programs of the company. A failure is told as `code` and `message`.
"""

from typing import Any

from people.models import Provider
from people.providers.wire import Flow, Trouble, Wire, code_of, must_be_safe, text_of

LOGIN, API = "https://login.dingtalk.com", "https://api.dingtalk.com"
CODES = {
    "invalidClientIdOrSecret": "secret", "invalidClient": "client", "invalidAuthCode": "code", "authCodeNotFound": "code",
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": "permission", "Throttling.Api": "busy",
}  # fmt: skip


def begin(provider: Provider, flow: Flow) -> str:
    """Its login, which also tells of which company somebody comes."""
    given = {"scope": "openid corpid", "prompt": "consent", "corpId": provider.agent}
    session = Wire(provider.client, redirect_uri=flow.back)
    url, _state = session.create_authorization_url(
        f"{provider.address or LOGIN}/oauth2/auth", state=flow.state, **given
    )
    must_be_safe(url)
    return str(url)


def finish(provider: Provider, secret: str, flow: Flow, said: dict[str, str]) -> str:
    """The unionId. Whoever comes from another company is refused: Trouble (stranger)."""
    code, wire = code_of(said, "authCode", "code"), Wire()
    given = {"clientId": provider.client, "clientSecret": secret, "code": code, "grantType": "authorization_code"}
    found = _good(wire.ask("POST", f"{provider.address or API}/v1.0/oauth2/userAccessToken", json=given), "accessToken")
    if text_of(found, "corpId") != provider.agent:
        raise Trouble("stranger")
    headers = {"x-acs-dingtalk-access-token": text_of(found, "accessToken")}
    me = _good(wire.ask("GET", f"{provider.address or API}/v1.0/contact/users/me", headers=headers), "unionId")
    return text_of(me, "unionId")


def try_out(provider: Provider, secret: str) -> None:
    """Whether it knows this program and its secret."""
    given = {"appKey": provider.client, "appSecret": secret}
    _good(Wire().ask("POST", f"{provider.address or API}/v1.0/oauth2/accessToken", json=given), "accessToken")


def _good(said: dict[str, Any], wanted: str) -> dict[str, Any]:
    if not text_of(said, wanted):
        raise Trouble(CODES.get(text_of(said, "code"), "answer"))
    return said
