"""Our provider's doors. Whoever comes is signed in at once as whom `/-/person` named, in the groups of `/-/groups`."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jwt import JWTClaimsRegistry

from common.embedded.provider.words import CLIENT, CORE_IDENTITY, POISONS, Asked, Words

OFFICERS = "officers"
MARGARET = "urn:fdc:onedoor.example:2026:margaret"


class Refused(Exception):
    """The client is not who it says, or asks for what it may not have."""


class Desk:
    """What the provider remembers. `client_key` and `client_secret` are those of the one client that it knows."""

    def __init__(self, url: str, *, client_key: Path, client_secret: str) -> None:
        self.words = Words(url)
        self.client_key = client_key
        self.client_secret = client_secret
        self.person = MARGARET
        self.groups: tuple[str, ...] = (OFFICERS,)
        self.codes: dict[str, Asked] = {}
        self.used: set[str] = set()
        self.tokens: dict[str, Asked] = {}

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """The tokens for a code. Raises Refused."""
        self._check_client(form, authorization)
        code = form.get("code", "")
        asked = self.codes.get(code)
        spent = code in self.used or self.words.poison == "replayed_code"
        if asked is None or spent or form.get("redirect_uri") != asked.redirect_uri:
            raise Refused("invalid_grant")
        if _digest(form.get("code_verifier", "")) != asked.challenge:
            raise Refused("invalid_grant")
        self.used.add(code)
        access = secrets.token_urlsafe(16)
        self.tokens[access] = asked
        return {"access_token": access, "token_type": "Bearer", "id_token": self.words.id_token(asked)}

    def about(self, token: str) -> dict[str, Any]:
        """What is known of whoever the token is for; the proof of identity where that was asked for. Raises Refused."""
        if (asked := self.tokens.get(token)) is None:
            raise Refused("invalid_token")
        proof = {CORE_IDENTITY: self.words.core_identity(asked)} if asked.vtr and "P2" in asked.vtr else {}
        return {"sub": asked.subject, **proof}

    def _check_client(self, form: dict[str, str], authorization: str) -> None:
        if authorization.startswith("Basic "):
            if b64decode(authorization[6:]).decode() != f"{CLIENT}:{self.client_secret}":
                raise Refused("invalid_client")
            return
        exact = {"iss": CLIENT, "sub": CLIENT, "aud": f"{self.words.url}/token"}
        expected: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in exact.items()}
        try:
            key = ECKey.import_key(self.client_key.read_bytes())
            claims = jwt.decode(form.get("client_assertion", ""), key, algorithms=["ES256"]).claims
            JWTClaimsRegistry(**expected).validate(claims)
        except (JoseError, ValueError) as fault:
            raise Refused("invalid_client") from fault
        if claims["jti"] in self.used:
            raise Refused("invalid_client")
        self.used.add(claims["jti"])


def create(desk: Desk) -> FastAPI:
    """The provider as an application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    _published(app, desk)
    _asked_by_clients(app, desk)
    _switches(app, desk)

    async def refuse(request: Request, fault: Exception) -> Response:
        return JSONResponse({"error": str(fault)}, 400)

    app.add_exception_handler(Refused, refuse)
    return app


def _published(app: FastAPI, desk: Desk) -> None:
    url = desk.words.url

    @app.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        return {"issuer": url, "jwks_uri": f"{url}/jwks"} | {name: f"{url}/{path}" for name, path in places.items()}

    @app.get("/jwks")
    async def keys() -> dict[str, Any]:
        return desk.words.keys()

    @app.get("/did.json")
    async def document() -> dict[str, Any]:
        return desk.words.document()

    @app.get("/authorize")
    async def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            raise Refused("invalid_request")
        code, back = secrets.token_urlsafe(16), asked["redirect_uri"]
        answered = (desk.person, back, asked["nonce"], asked["code_challenge"], asked.get("vtr"), desk.groups)
        desk.codes[code] = Asked(*answered)
        return RedirectResponse(f"{back}?{urlencode({'code': code, 'state': asked['state']})}", 303)


def _asked_by_clients(app: FastAPI, desk: Desk) -> None:
    @app.post("/token")
    async def token(request: Request) -> dict[str, Any]:
        form = dict(parse_qsl((await request.body()).decode()))
        return desk.exchange(form, request.headers.get("authorization", ""))

    @app.get("/userinfo")
    async def userinfo(request: Request) -> dict[str, Any]:
        if not request.headers.get("user-agent"):
            raise Refused("no User-Agent")
        return desk.about(request.headers.get("authorization", "").removeprefix("Bearer "))


def _switches(app: FastAPI, desk: Desk) -> None:
    """What a test turns. They are under a path of their own, which no provider has."""

    @app.post("/-/poison")
    async def poison(request: Request) -> dict[str, Any]:
        named = json.loads(await request.body())["poison"]
        if named not in {None, *POISONS}:
            raise Refused("no such poison")
        desk.words.poison = named
        return {"poison": named}

    @app.post("/-/person")
    async def person(request: Request) -> dict[str, Any]:
        desk.person = json.loads(await request.body())["subject"]
        return {"subject": desk.person}

    @app.post("/-/groups")
    async def groups(request: Request) -> dict[str, Any]:
        desk.groups = tuple(json.loads(await request.body())["groups"])
        return {"groups": desk.groups}

    @app.post("/-/logout-token")
    async def logout_token(request: Request) -> dict[str, Any]:
        told = json.loads(await request.body())
        return {"logout_token": desk.words.logout_token(told["subject"], told.get("sid"))}


def _digest(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
