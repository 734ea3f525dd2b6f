"""Signing in to the admin: as often as the API's login allows, counted together with it."""

from __future__ import annotations

import math
from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from config.throttling import Throttle


class SignInForm(AuthenticationForm):
    """The form of unfold, behind the throttle: no guessing of passwords here either."""

    def clean(self) -> Any:
        throttle = Throttle()
        email = str(self.cleaned_data.get("username", "")).strip().lower()
        waits = [
            throttle.count("login", f"caller {throttle.address(self.request)}"),
            throttle.count("login", f"subject {email}"),
        ]
        if any(waits):
            seconds = math.ceil(max(waits))
            raise ValidationError(f"Too many attempts to sign in. Try again in {seconds} seconds.", code="throttled")
        return super().clean()
