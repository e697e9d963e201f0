"""飞书: for people of the tenant whose key `agent` names. OAuth 2.0 with PKCE, its token asked for in JSON.

https://open.feishu.cn/document/authentication-management/access-token/obtain-oauth-code, …/get-user-access-token,
…/uAjLw4CM/ukTMukTMukTM/reference/authen-v1/user_info/get. The id is the union_id, the same for all programs of the tenant.
"""

from typing import Any

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from people.models import Provider
from people.providers.wire import Flow, Trouble, Wire, code_of, must_be_safe, text_of

LOGIN, API = "https://accounts.feishu.cn", "https://open.feishu.cn"
CODES = {
    20002: "secret", 20003: "code", 20004: "code", 20010: "permission", 20024: "client", 20048: "client", 20049: "code",
    20065: "code", 20066: "stranger", 20071: "back", 10003: "client", 10014: "secret", 99991400: "busy",
}  # fmt: skip


def begin(provider: Provider, flow: Flow) -> str:
    """Its login."""
    given = {"code_challenge": create_s256_code_challenge(flow.verifier), "code_challenge_method": "S256"}
    session = Wire(provider.client, redirect_uri=flow.back)
    place = f"{provider.address or LOGIN}/open-apis/authen/v1/authorize"
    url, _state = session.create_authorization_url(place, state=flow.state, **given)
    must_be_safe(url)
    return str(url)


def finish(provider: Provider, secret: str, flow: Flow, said: dict[str, str]) -> str:
    """The union_id. Whoever comes from another tenant is refused: Trouble (stranger)."""
    code, wire = code_of(said, "code"), Wire()
    given = {
        "grant_type": "authorization_code", "client_id": provider.client, "client_secret": secret, "code": code,
        "redirect_uri": flow.back, "code_verifier": flow.verifier,
    }  # fmt: skip
    found = _good(wire.ask("POST", f"{provider.address or API}/open-apis/authen/v2/oauth/token", json=given))
    headers = {"Authorization": f"Bearer {text_of(found, 'access_token')}"}
    me = _good(wire.ask("GET", f"{provider.address or API}/open-apis/authen/v1/user_info", headers=headers))
    if text_of(me, "data", "tenant_key") != provider.agent:
        raise Trouble("stranger")
    who = text_of(me, "data", "union_id")
    if not who:
        raise Trouble("answer")
    return who


def try_out(provider: Provider, secret: str) -> None:
    """Whether it knows this program and its secret."""
    given = {"app_id": provider.client, "app_secret": secret}
    _good(Wire().ask("POST", f"{provider.address or API}/open-apis/auth/v3/tenant_access_token/internal", json=given))


def _good(said: dict[str, Any]) -> dict[str, Any]:
    code = said.get("code")
    if code != 0:
        raise Trouble(CODES.get(code, "answer") if isinstance(code, int) else "answer")
    return said
