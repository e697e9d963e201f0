"""OpenID Connect: whoever has an issuer that can be discovered (OpenID Connect Core 1.0, Discovery 1.0), with PKCE and a nonce.

The ID token is believed only when the issuer's own key signed it, by an algorithm of the list, for this program and this trip.
"""

from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.oauth2.rfc6749 import OAuth2Error
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from people.models import Provider
from people.providers.wire import Flow, Trouble, Wire, code_of, must_be_safe, text_of
from trail import clock

ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
]  # never none, never a shared secret
LEEWAY = 60  # seconds that its clock may be off
WANTED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def begin(provider: Provider, flow: Flow) -> str:
    """Its login."""
    session = Wire(provider.client, redirect_uri=flow.back, scope="openid", code_challenge_method="S256")
    place = _discovered(provider, session)["authorization_endpoint"]
    url, _state = session.create_authorization_url(
        place, state=flow.state, code_verifier=flow.verifier, nonce=flow.nonce
    )
    must_be_safe(url)
    return str(url)


def finish(provider: Provider, secret: str, flow: Flow, said: dict[str, str]) -> str:
    """The `sub` of the ID token, once it is found true."""
    code, session = code_of(said, "code"), Wire(provider.client, secret, redirect_uri=flow.back)
    known = _discovered(provider, session)
    try:
        token = session.fetch_token(known["token_endpoint"], code=code, code_verifier=flow.verifier)
    except (OAuth2Error, OAuthError) as wrong:
        raise Trouble({"invalid_grant": "code", "invalid_client": "secret"}.get(wrong.error, "answer")) from wrong
    except ValueError as wrong:
        raise Trouble("answer") from wrong
    return _subject(provider, text_of(dict(token), "id_token"), session.ask("GET", known["jwks_uri"]), flow)


def try_out(provider: Provider, secret: str) -> None:
    """Whether the issuer says where it is, and shows its keys. Whether it knows the secret, it tells only when somebody logs in."""
    session = Wire()
    _keys(session.ask("GET", _discovered(provider, session)["jwks_uri"]))


def _discovered(provider: Provider, wire: Wire) -> dict[str, str]:
    """Where the issuer has what: told by itself, under its own name."""
    issuer = provider.address.rstrip("/")
    said = wire.ask("GET", f"{issuer}/.well-known/openid-configuration")
    if text_of(said, "issuer").rstrip("/") != issuer:
        raise Trouble("issuer")
    found = {name: text_of(said, name) for name in WANTED}
    for url in found.values():
        must_be_safe(url)
    return found


def _keys(said: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set(said)  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as wrong:
        raise Trouble("answer") from wrong


def _subject(provider: Provider, token: str, keys: dict[str, Any], flow: Flow) -> str:
    """Raises Trouble (token) for whatever is not as it must be: which of it says the log of nobody."""
    wanted = jwt.JWTClaimsRegistry(
        now=lambda: int(clock.now().timestamp()), leeway=LEEWAY, sub={"essential": True}, exp={"essential": True},
        iat={"essential": True}, aud={"essential": True, "value": provider.client}, nonce={"essential": True, "value": flow.nonce},
    )  # fmt: skip
    try:
        claims = jwt.decode(token, _keys(keys), algorithms=ALGORITHMS).claims
        wanted.validate(claims)
    except (JoseError, ValueError, TypeError) as wrong:
        raise Trouble("token") from wrong
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    for_another = claims.get("azp", provider.client if not several else "") != provider.client
    if str(claims.get("iss", "")).rstrip("/") != provider.address.rstrip("/") or for_another:
        raise Trouble("token")
    return str(claims["sub"])
