"""Errors of the domain: a stable code, a sentence, and what helps. Never HTTP; ``config.api`` maps them."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Something the caller asked for cannot be done. ``extra`` is shown to the caller."""

    code = "error"
    message = "The request could not be carried out."

    def __init__(self, message: str | None = None, **extra: Any) -> None:
        self.message = message or self.message
        self.extra = extra
        super().__init__(self.message)


class NotFound(DomainError):
    """It does not exist, or the caller may not know that it does."""

    code = "not_found"
    message = "Not found."


class Conflict(DomainError):
    code = "conflict"
    message = "The request conflicts with the present state."


class Invalid(DomainError):
    """Bad input. ``extra["fields"]`` maps field names to lists of sentences where one is known."""

    code = "validation_error"
    message = "The input is not valid."


class TooLarge(DomainError):
    """``extra`` says what the limit is."""

    code = "payload_too_large"
    message = "The request is too large."


class AuthenticationFailed(DomainError):
    code = "authentication_failed"
    message = "The e-mail address or the password is wrong."


class PermissionDenied(DomainError):
    """The caller may see the object but not do this with it."""

    code = "permission_denied"
    message = "You may not do this."


class Unavailable(DomainError):
    """A part the service depends on is down; the same call may succeed later."""

    code = "service_unavailable"
    message = "The service is not available at the moment."
