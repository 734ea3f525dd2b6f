"""``manage.py create_operator EMAIL``: the first account of the admin. Safe to run twice."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts import actions
from accounts.models import User
from accounts.shell import printable
from common.errors import Conflict

EXISTS = 3
"""Exit status when the account is there and was left as it is."""


class Command(BaseCommand):
    help = "Create a superuser with a workspace; the password is read from OPERATOR_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        password = os.environ.get("OPERATOR_PASSWORD", "")
        if len(password) < 8:
            raise CommandError("OPERATOR_PASSWORD must hold a password of at least 8 characters.")
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{printable(email)!r} is not an e-mail address.") from None
        try:
            actions.create_operator(email=email, password=password)
        except Conflict:
            if not User.objects.get_by_natural_key(email).check_password(password):
                raise CommandError(f"{email} exists already, with another password.", returncode=EXISTS) from None
