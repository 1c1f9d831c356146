"""The OpenAPI document of a service, and its interactive page from our own assets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from common.runtime.problems import PROBLEM_SCHEMA
from common.runtime.service import Service

ABOUT = """
Requests carry a token of the platform (`Authorization: Bearer`). What is refused is answered as problem+json (RFC 9457): its `type`
names the reason. Lists come in pages: `next` is the `cursor` of the following one. The version of what was read is its `ETag`; sent
as `If-Match` with a change, it has the change refused where somebody else was first. `Idempotency-Key` makes a request that is sent
again answered as before. `Onedoor-After` of an answer, sent with what is read next, has that wait until it shows what was done.
""".strip()


def describe(app: FastAPI, service: Service) -> None:
    """Give the application an OpenAPI 3.1 document that says what it truly answers."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=service.title,
                version="1",
                routes=app.routes,
                description=ABOUT,
                contact={"name": "The Onedoor team", "url": "https://onedoor.example/contact"},
                license_info={"name": "MIT", "identifier": "MIT"},
            )
            app.openapi_schema = _completed(made)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to replace it


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """Add what FastAPI cannot know: the problem schema and the platform's tokens; drop what we never answer."""
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {"platform": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return document


def serve_documentation(app: FastAPI, *, shown: bool) -> None:
    """Serve the document, and a page that draws it, unless this is production."""
    if not shown or getattr(app.state, "documented", False):
        return
    app.state.documented = True

    async def document() -> dict[str, Any]:
        return app.openapi()

    async def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title=app.title,
            swagger_js_url="docs/assets/swagger-ui-bundle.js",
            swagger_css_url="docs/assets/swagger-ui.css",
            swagger_favicon_url="docs/assets/favicon.png",
        )

    assets = Path(fastapi_offline.__file__).parent / "static"
    app.mount("/docs/assets", StaticFiles(directory=assets), name="documentation")
    app.add_api_route("/openapi.json", document, include_in_schema=False)
    app.add_api_route("/docs", page, include_in_schema=False)
