"""Bodies shown in the API's description."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

USER = {
    "id": "5b0c5a3e-6c2f-4d7d-9a53-3f8f0a3f0a11",
    "email": "ada@example.com",
    "full_name": "Ada Example",
    "is_active": True,
    "created_at": "2026-04-15T09:30:00.000000Z",
}
CREDENTIALS = {"email": "ada@example.com", "password": "correct horse battery"}

REGISTER = OpenApiExample("Register", CREDENTIALS | {"full_name": "Ada Example"}, request_only=True)
LOGIN = OpenApiExample("Log in", CREDENTIALS, request_only=True)
REFRESH = OpenApiExample("Refresh token", {"refresh_token": "eyJhbGciOi..."}, request_only=True)
SESSION = OpenApiExample(
    "Session",
    {"access_token": "eyJhbGciOi...", "refresh_token": "eyJhbGciOi...", "token_type": "bearer", "user": USER},
    response_only=True,
    status_codes=["200", "201"],
)
LOGGED_OUT = OpenApiExample("Logged out", {"message": "Logged out."}, response_only=True)
ME = OpenApiExample("User", USER, response_only=True)
