"""The description of the API (OpenAPI 3.1): views say what is particular to them, this adds what holds for all."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from config import errors

Schema = dict[str, Any]

ERROR = {
    "type": "object",
    "description": "The one shape of all errors.",
    "required": ["detail"],
    "properties": {
        "detail": {
            "type": "object",
            "required": ["code", "message", "extra"],
            "properties": {
                "code": {"type": "string", "description": "Stable, for programs."},
                "message": {"type": "string", "description": "A sentence for a person."},
                "extra": {
                    "type": "object",
                    "description": "What helps.",
                    "required": ["request_id"],
                    "properties": {
                        "request_id": {"type": "string", "description": "Leads to the log."},
                        "fields": {
                            "type": "object",
                            "description": "Sentences by field.",
                            "additionalProperties": {"type": "array", "items": {"type": "string"}},
                        },
                    },
                    "additionalProperties": True,
                },
            },
        }
    },
}
REQUEST_ID = "9f1c2c7e5f0b4a53a1f1c6f0f3f1f6a7"
HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"description": "`Bearer`", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}},
}
DESCRIPTIONS: dict[int, tuple[str, errors.Problem, Schema]] = {
    401: ("The token is missing, malformed, expired or forged.", errors.UNAUTHENTICATED, {}),
    403: ("The caller's role does not allow it.", errors.FORBIDDEN, {}),
    404: ("It does not exist, or not for the caller.", errors.NOT_FOUND, {}),
    409: ("It conflicts with the present state.", errors.Problem(409, "conflict", "There is one already."), {}),
    413: ("Too large.", errors.TOO_LARGE, {"max_upload_size_mb": 10}),
    415: ("Another content type.", errors.Problem(415, "unsupported_media_type", "Not accepted here."), {}),
    416: ("The file has no such part.", errors.Problem(416, "range_not_satisfiable", "The file has no such part."), {}),
    422: ("Bad input.", errors.INVALID, {"fields": {"limit": ["Must be a whole number from 1 to 100."]}}),
    429: ("Too many requests.", errors.Problem(429, "throttled", "Too many requests; try again later."), {}),
    500: ("A mistake of ours.", errors.INTERNAL, {}),
    503: ("Something the service needs is down.", errors.UNAVAILABLE, {}),
}
"""What each error answer means, with an example."""


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def only_the_api(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Preprocessing hook: the admin's own views are no part of the API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(("/api/", "/health"))]


def overlapping_alternatives(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Postprocessing hook: the library writes ``oneOf`` where a value may fit two of them, as an empty name does."""
    _say_any_of(result)
    return result


def _say_any_of(node: Any) -> None:
    if isinstance(node, dict):
        if "oneOf" in node:
            node["anyOf"] = node.pop("oneOf")
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _say_any_of(child)


def add_errors(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Postprocessing hook: every operation gets the error answers that it can give."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = ERROR
    components["responses"] = {f"Error{status}": _response(status) for status in DESCRIPTIONS}
    for path in result["paths"].values():
        for operation in path.values():
            if operation.get("security") == [{}]:
                del operation["security"]  # "nothing is needed", said in a way that confuses generators
            for status in sorted(_statuses(operation)):
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/Error{status}"}
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _statuses(operation: Schema) -> set[int]:
    """What the form of an operation shows, and what it names itself (``responses={409: None}``)."""
    parameters = operation.get("parameters", [])
    found = {500, 503} | ({int(status) for status in operation["responses"]} & DESCRIPTIONS.keys())
    if operation.get("security"):
        found |= {401, 429}
    if any(parameter["in"] == "path" for parameter in parameters):
        found |= {404, 422}
    if "requestBody" in operation:
        found |= {413, 415, 422, 429}
    if parameters:
        found.add(422)
    return found


def _response(status: int) -> Schema:
    description, problem, extra = DESCRIPTIONS[status]
    detail = {
        "code": problem.code,
        "message": problem.message,
        "extra": {**extra, "request_id": REQUEST_ID},
    }
    schema = {"$ref": "#/components/schemas/Error"}
    content = {"application/json": {"schema": schema, "example": {"detail": detail}}}
    return {"description": description, "content": content, "headers": HEADERS.get(status, {})}
