"""What Django's own sign-in does outside of our actions: each change told to the audit trail."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.models import User
from audit import log


@receiver(user_logged_in)
def record_sign_in(user: User, **rest: Any) -> None:
    log.record("user.logged_in", by=user, object_type="user", object_id=user.id, to="admin")


@receiver(user_logged_out)
def record_sign_out(user: User | None, **rest: Any) -> None:
    if user is not None:  # nobody was signed in any more
        log.record("user.logged_out", by=user, object_type="user", object_id=user.id, to="admin")
