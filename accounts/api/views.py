"""Registering, logging in and out, and who one is."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, tokens
from accounts.api import examples
from accounts.api.authentication import caller
from accounts.api.serializers import (
    LoginSerializer,
    MessageSerializer,
    RefreshTokenSerializer,
    RegisterSerializer,
    SessionSerializer,
    UserSerializer,
    session,
)


class PublicView(APIView):
    """A token, even an invalid one, changes nothing here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class Register(PublicView):
    throttle_scope = "register"

    @extend_schema(
        operation_id="register",
        tags=["authentication"],
        summary="Make an account with a personal workspace",
        request=RegisterSerializer,
        responses={201: SessionSerializer, 409: None},
        examples=[examples.REGISTER, examples.SESSION],
    )
    def post(self, request: Request) -> Response:
        user = actions.register(**_validated(RegisterSerializer, request))
        return Response(session(user, tokens.issue(user)), status.HTTP_201_CREATED)


class Login(PublicView):
    throttle_scope = "login"

    def throttle_subject(self, request: Request) -> str:
        """Attempts on one account count together, from wherever they come."""
        email = request.data.get("email") if isinstance(request.data, dict) else None
        return email.strip().lower() if isinstance(email, str) else ""

    @extend_schema(
        operation_id="login",
        tags=["authentication"],
        summary="Log in",
        request=LoginSerializer,
        responses={200: SessionSerializer, 401: None},
        examples=[examples.LOGIN, examples.SESSION],
    )
    def post(self, request: Request) -> Response:
        user = actions.log_in(**_validated(LoginSerializer, request))
        return Response(session(user, tokens.issue(user)))


class Refresh(PublicView):
    throttle_scope = "login"

    @extend_schema(
        operation_id="refresh",
        tags=["authentication"],
        summary="Exchange a refresh token for a new pair",
        description="The token that was sent cannot be used again.",
        request=RefreshTokenSerializer,
        responses={200: SessionSerializer, 401: None},
        examples=[examples.REFRESH, examples.SESSION],
    )
    def post(self, request: Request) -> Response:
        user = tokens.redeem(**_validated(RefreshTokenSerializer, request))
        return Response(session(user, tokens.issue(user)))


class Logout(PublicView):
    throttle_scope = "login"

    @extend_schema(
        operation_id="logout",
        tags=["authentication"],
        summary="Make a refresh token worthless",
        description="Access tokens that were given out stay valid until they expire.",
        request=RefreshTokenSerializer,
        responses={200: MessageSerializer, 401: None},
        examples=[examples.REFRESH, examples.LOGGED_OUT],
    )
    def post(self, request: Request) -> Response:
        actions.log_out(**_validated(RefreshTokenSerializer, request))
        return Response({"message": "Logged out."})


class Me(APIView):
    @extend_schema(
        operation_id="me",
        tags=["authentication"],
        summary="Who am I?",
        responses=UserSerializer,
        examples=[examples.ME],
    )
    def get(self, request: Request) -> Response:
        return Response(UserSerializer(caller(request)).data)


def _validated(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
