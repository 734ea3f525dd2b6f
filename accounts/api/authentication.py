"""Who calls? Read from ``Authorization: Bearer <access token>``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import Token
from structlog.contextvars import bind_contextvars

from accounts.models import User


class BearerAuthentication(JWTAuthentication):
    def get_raw_token(self, header: bytes) -> bytes | None:
        """The scheme's name is compared without regard to case (RFC 9110), and answers call it ``bearer``."""
        scheme, space, rest = header.partition(b" ")
        return super().get_raw_token(scheme.capitalize() + space + rest)

    def get_user(self, validated_token: Token) -> Any:
        try:
            user: Any = super().get_user(validated_token)
        except ValidationError as error:  # signed by us, yet naming no user
            raise InvalidToken from error
        bind_contextvars(actor=user.email)
        return user

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def caller(request: Request) -> User:
    """The user behind a request that was authenticated."""
    assert isinstance(request.user, User)
    return request.user
