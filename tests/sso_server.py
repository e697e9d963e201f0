"""A server that speaks the published protocols of 企业微信, 钉钉, 飞书 and OpenID Connect, and misbehaves when it is told to.

It is as strict as they are: a code is good once, for one program, one way back and (飞书, OpenID Connect) one verifier; a failure
is told the way that each tells it. Who comes is `who`; of which company, `company`.
"""

import base64
import hashlib
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT, SECRET, AGENT, COMPANY = "guishu-app", "the-secret-of-the-app", "1000002", "ding-our-company"
Answer = tuple[int, dict[str, Any]]


class Server(ThreadingHTTPServer):
    """What the tests turn: who comes, and what goes wrong."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.key, self.other_key = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
        self.reset()

    def reset(self) -> None:
        """Everything as it should be."""
        self.who: str | None = "zhang.san"
        self.company, self.mistake, self.now = COMPANY, "", time.time
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def go(self, url: str) -> str:
        """The browser goes there, and its person agrees: where it is sent back to, as path and query."""
        parts = urlsplit(url)
        wire = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=20)
        wire.request("GET", f"{parts.path}?{parts.query}")
        answer = wire.getresponse()
        body = answer.read()
        wire.close()
        assert answer.status == 302, body
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    routes: ClassVar[dict[tuple[str, str], Callable[["Handler"], Answer]]] = {}

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.answer("GET")

    def do_POST(self) -> None:
        self.answer("POST")

    def answer(self, method: str) -> None:
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query))
        self.raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(f"{method} {parts.path}")
        if parts.path in (
            "/wwlogin/sso/login",
            "/connect/oauth2/authorize",
            "/oauth2/auth",
            "/authorize",
        ) or parts.path.endswith("/authen/v1/authorize"):
            return self.agree()
        if self.server.mistake == "slow":
            time.sleep(1)
        if self.server.mistake == "redirect":
            return self.send(302, b"", Location=f"{self.server.address}/elsewhere")
        if self.server.mistake == "nonsense":
            return self.send(200, b"<html>not what you asked for</html>")
        if self.server.mistake == "huge":
            return self.send(200, b'{"a": "' + b"x" * 400_000 + b'"}')
        status, body = self.routes[method, parts.path](self)
        return self.send(status, json.dumps(body).encode())

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def agree(self) -> None:
        """The page of the provider: it knows the program, and sends the browser back with a code."""
        given = self.query
        assert (given.get("appid") or given.get("client_id")) == CLIENT, given
        code = token_hex(16)
        self.server.codes[code] = given
        named = "authCode" if self.path.startswith("/oauth2/auth") else "code"
        back = f"{given['redirect_uri']}?{urlencode({named: code, 'state': given['state']})}"
        self.send(302, b"", Location=back)

    def use(self, code: str) -> dict[str, str] | None:
        """What was agreed to under this code; None once it was used, or is over."""
        return None if self.server.mistake == "expired" else self.server.codes.pop(code, None)

    @property
    def body(self) -> dict[str, Any]:
        found = json.loads(self.raw)
        assert isinstance(found, dict)
        return found


def route(method: str, path: str) -> Callable[[Callable[[Handler], Answer]], Callable[[Handler], Answer]]:
    def keep(do: Callable[[Handler], Answer]) -> Callable[[Handler], Answer]:
        Handler.routes[method, path] = do
        return do

    return keep


def challenge(verifier: str) -> str:
    """What a verifier of PKCE must come to (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


# ── 企业微信: always 200, errcode says ──


@route("GET", "/cgi-bin/gettoken")
def gettoken(it: Handler) -> Answer:
    if (it.query["corpid"], it.query["corpsecret"]) != (CLIENT, SECRET):
        return 200, {"errcode": 40001, "errmsg": "invalid credential"}
    return 200, {"errcode": 0, "errmsg": "ok", "access_token": "wecom-token", "expires_in": 7200}


@route("GET", "/cgi-bin/auth/getuserinfo")
def getuserinfo(it: Handler) -> Answer:
    if it.query["access_token"] != "wecom-token":
        return 200, {"errcode": 40014, "errmsg": "invalid access_token"}
    given = it.use(it.query["code"])
    if given is None:
        return 200, {"errcode": 40029, "errmsg": "invalid code"}
    assert given["agentid"] == AGENT
    if it.server.company != COMPANY:  # not of the company: no userid
        return 200, {"errcode": 0, "errmsg": "ok", "openid": "o-1", "external_userid": "x-1"}
    return 200, {"errcode": 0, "errmsg": "ok", "userid": it.server.who, "mobile": "13900000000"}


# ── 钉钉 ──


@route("POST", "/v1.0/oauth2/accessToken")
def ding_app_token(it: Handler) -> Answer:
    if (it.body["appKey"], it.body["appSecret"]) != (CLIENT, SECRET):
        return 400, {"code": "invalidClientIdOrSecret", "message": "no"}
    return 200, {"accessToken": "ding-app-token", "expireIn": 7200}


@route("POST", "/v1.0/oauth2/userAccessToken")
def ding_token(it: Handler) -> Answer:
    given = it.body
    if (given["clientId"], given["clientSecret"], given["grantType"]) != (CLIENT, SECRET, "authorization_code"):
        return 400, {"code": "invalidClientIdOrSecret", "message": "no"}
    agreed = it.use(given["code"])
    if agreed is None:
        return 400, {"code": "invalidAuthCode", "message": "不合法的临时授权码"}
    assert agreed["scope"] == "openid corpid"
    return 200, {"accessToken": "ding-token", "refreshToken": "r", "expireIn": 7200, "corpId": it.server.company}


@route("GET", "/v1.0/contact/users/me")
def ding_me(it: Handler) -> Answer:
    assert it.headers["x-acs-dingtalk-access-token"] == "ding-token"
    return 200, {
        "nick": "张三",
        "unionId": it.server.who,
        "openId": "o-1",
        "mobile": "13900000000",
        "email": "li@example.com",
    }


# ── 飞书 ──


@route("POST", "/open-apis/auth/v3/tenant_access_token/internal")
def feishu_app_token(it: Handler) -> Answer:
    if (it.body["app_id"], it.body["app_secret"]) != (CLIENT, SECRET):
        return 200, {"code": 10014, "msg": "app secret invalid"}
    return 200, {"code": 0, "msg": "ok", "tenant_access_token": "t", "expire": 7200}


@route("POST", "/open-apis/authen/v2/oauth/token")
def feishu_token(it: Handler) -> Answer:
    given = it.body
    if (given["client_id"], given["client_secret"], given["grant_type"]) != (CLIENT, SECRET, "authorization_code"):
        return 400, {"code": 20002, "error": "invalid_client", "error_description": "no"}
    agreed = it.use(given["code"])
    if agreed is None:
        return 400, {"code": 20003, "error": "invalid_grant", "error_description": "The authorization code is invalid"}
    if agreed["redirect_uri"] != given["redirect_uri"]:
        return 400, {"code": 20071, "error": "invalid_grant", "error_description": "redirect_uri"}
    if agreed.get("code_challenge") != challenge(given["code_verifier"]):
        return 400, {"code": 20049, "error": "invalid_grant", "error_description": "PKCE"}
    return 200, {"code": 0, "access_token": "feishu-token", "expires_in": 7200, "token_type": "Bearer"}


@route("GET", "/open-apis/authen/v1/user_info")
def feishu_me(it: Handler) -> Answer:
    if it.headers["Authorization"] != "Bearer feishu-token":
        return 400, {"code": 20005, "msg": "invalid access token"}
    data = {"open_id": "ou-1", "union_id": it.server.who, "tenant_key": it.server.company, "mobile": "+8613900000000"}
    return 200, {"code": 0, "msg": "success", "data": data}


# ── OpenID Connect ──


@route("GET", "/.well-known/openid-configuration")
def discovery(it: Handler) -> Answer:
    base = it.server.address
    issuer = "https://somebody-else.example" if it.server.mistake == "issuer" else base
    keys = "http://keys.example/jwks" if it.server.mistake == "plain keys" else f"{base}/jwks"
    return 200, {
        "issuer": issuer, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token", "jwks_uri": keys,
        "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
    }  # fmt: skip


@route("GET", "/jwks")
def jwks(it: Handler) -> Answer:
    return 200, {"keys": [{**it.server.key.as_dict(private=False), "use": "sig", "alg": "RS256"}]}


@route("POST", "/token")
def token(it: Handler) -> Answer:
    given = {name: values[0] for name, values in parse_qs(it.raw.decode()).items()}
    basic = base64.b64decode(it.headers["Authorization"].removeprefix("Basic ")).decode()
    if basic != f"{CLIENT}:{SECRET}":
        return 401, {"error": "invalid_client"}
    agreed = it.use(given["code"])
    if agreed is None or agreed["redirect_uri"] != given["redirect_uri"]:
        return 400, {"error": "invalid_grant"}
    if agreed["code_challenge"] != challenge(given["code_verifier"]):
        return 400, {"error": "invalid_grant"}
    return 200, {
        "access_token": "a",
        "token_type": "Bearer",
        "expires_in": 3600,
        "id_token": id_token(it.server, agreed["nonce"]),
    }


def id_token(server: Server, nonce: str) -> str:
    """The ID token, with the mistake that is wanted."""
    now, wrong = int(server.now()), server.mistake
    claims: dict[str, Any] = {
        "iss": server.address, "sub": server.who, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
        "email": "li@example.com", "phone_number": "13900000000",
    }  # fmt: skip
    claims |= {
        "wrong aud": {"aud": "another-app"}, "two auds": {"aud": [CLIENT, "another-app"]}, "wrong nonce": {"nonce": "x"},
        "wrong iss": {"iss": "https://somebody-else.example"}, "over": {"exp": now - 3600, "iat": now - 7200},
        "azp": {"azp": "another-app"}, "no exp": {"exp": None}, "no sub": {"sub": None},
    }.get(wrong, {})  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    if wrong == "alg none":
        parts = ({"alg": "none"}, claims)
        return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
    if wrong == "shared secret":  # HS256 keyed with what everybody can read
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(str(server.key.as_dict(private=False)["n"])))
    if wrong == "other kind of key":
        return jwt.encode({"alg": "ES256", "kid": "1"}, claims, ECKey.generate_key("P-256"))
    key = server.other_key if wrong == "other key" else server.key
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


@contextmanager
def serving() -> Iterator[Server]:
    """The server, in a thread."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
