"""Reads typed values from the environment; says in a sentence what is wrong with one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
RATE = re.compile(r"[1-9][0-9]{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)", re.ASCII)


class Environment:
    """``variables`` is ``os.environ`` in life and a plain dictionary in tests."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self.variables = variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.variables.get(name)
        if value is None:
            return default
        if value.strip().lower() in TRUE | FALSE:
            return value.strip().lower() in TRUE
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")

    def integer(self, name: str, default: int, minimum: int = 0) -> int:
        value = self.text(name, str(default))
        if not value.lstrip("-").isdigit() or int(value) < minimum:
            raise ImproperlyConfigured(f"{name} must be a whole number of at least {minimum}, not {value!r}.")
        return int(value)

    def decimal(self, name: str, default: str) -> Decimal:
        """A number from 0, such as ``0.6``."""
        value = self.text(name, default)
        if not DECIMAL.fullmatch(value):
            raise ImproperlyConfigured(f"{name} must be a number such as 0.6, not {value!r}.")
        return Decimal(value)

    def rate(self, name: str, default: str) -> str:
        """Calls in a period, such as ``30/min``."""
        value = self.text(name, default)
        if not RATE.fullmatch(value):
            raise ImproperlyConfigured(f"{name} must be calls a s, min, hour or day (as in 30/min), not {value!r}.")
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads(self.text(name, "{}"))
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ImproperlyConfigured(f"{name} must be a JSON object.")
        return value

    def secret(self, name: str, *, required: bool, default: str) -> str:
        value = self.text(name)
        if required and not value:
            raise ImproperlyConfigured(f"{name} is not set. Production does not start without it; see .env.example.")
        if required and len(value) < 32:
            raise ImproperlyConfigured(f"{name} is too short: use at least 32 random characters.")
        return value or default

    def database(self, name: str) -> dict[str, Any]:
        """A Django database from a ``postgresql://`` URL (TCP, or a unix socket as ``?host=/folder``)."""
        url = self.text(name)
        if not url:
            raise ImproperlyConfigured(
                f"{name} is not set. Start `make run` in another terminal (with the same DATA_DIR), or set {name}."
            )
        if not url.startswith(("postgresql://", "postgres://")):
            raise ImproperlyConfigured(f"{name} must be a postgresql:// URL.")
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.pop("dbname", "postgres"),
            "USER": parts.pop("user", ""),
            "PASSWORD": parts.pop("password", ""),
            "HOST": parts.pop("host", ""),
            "PORT": parts.pop("port", ""),
            "OPTIONS": dict(parts),
        }
