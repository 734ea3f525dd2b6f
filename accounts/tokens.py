"""Signed tokens: a short access token, and a refresh token that can be used once."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.models import User
from common.errors import AuthenticationFailed

NOT_VALID = "The refresh token is not valid, has expired or was used before."


class Pair(NamedTuple):
    access: str
    refresh: str


def issue(user: User) -> Pair:
    refresh = RefreshToken.for_user(user)
    return Pair(str(refresh.access_token), str(refresh))


@transaction.atomic
def redeem(refresh_token: str) -> User:
    """Whose token it is; it cannot be used again. Raises ``AuthenticationFailed`` for one that is not valid, was used
    before (of two who try at once, one succeeds), or whose user was disabled or deleted."""
    try:
        token = RefreshToken(refresh_token)  # type: ignore[arg-type]  # the encoded form is what it takes
        user = User.objects.filter(pk=token.get("sub"), is_active=True).first()
    except (TokenError, KeyError, ValidationError) as error:
        raise AuthenticationFailed(NOT_VALID) from error
    outstanding = OutstandingToken.objects.filter(jti=token["jti"]).first()
    if user is None or outstanding is None:
        raise AuthenticationFailed(NOT_VALID)
    _, first_use = BlacklistedToken.objects.get_or_create(token=outstanding)
    if not first_use:
        raise AuthenticationFailed(NOT_VALID)
    return user
