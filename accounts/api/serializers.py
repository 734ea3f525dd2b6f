"""People and tokens as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from accounts.api.fields import EmailField, TextField, TextOrNull
from accounts.models import User
from accounts.tokens import Pair


class RegisterSerializer(serializers.Serializer[Any]):
    email = EmailField(max_length=254)
    password = TextField(min_length=8, max_length=72, trim_whitespace=False)
    full_name = TextField(max_length=255, required=False, allow_blank=True, allow_null=True, default="")

    def validate_full_name(self, value: str | None) -> str:
        return value or ""


class LoginSerializer(serializers.Serializer[Any]):
    email = TextField(max_length=254)
    password = TextField(max_length=1000, trim_whitespace=False)


class RefreshTokenSerializer(serializers.Serializer[Any]):
    refresh_token = TextField(max_length=4000)


class UserSerializer(serializers.ModelSerializer[User]):
    full_name = TextOrNull()

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["id", "email", "full_name", "is_active", "created_at"]
        read_only_fields = fields


class SessionSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField(help_text="For the Authorization header; expires after 60 minutes by default.")
    refresh_token = serializers.CharField(help_text="Gives a new pair, once.")
    token_type = serializers.ChoiceField(["bearer"])
    user = UserSerializer()


class MessageSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()


def session(user: User, pair: Pair) -> dict[str, Any]:
    """The body that registering, logging in and refreshing answer with."""
    return {
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "token_type": "bearer",
        "user": UserSerializer(user).data,
    }
