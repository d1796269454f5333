"""`manage.py create_administrator EMAIL`: the first account of an installation, with a link to choose its password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.services import create_administrator, password_path
from core.access import Actor
from core.errors import DomainError


class Command(BaseCommand):
    """Makes or reopens the account, gives it the role, and prints a link that works once."""

    help = "Make somebody an administrator and print a one-time link on which they choose a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The e-mail address that signs in.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = create_administrator(actor=Actor.operator(), email=options["email"], at=timezone.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(
            f"{user.email} is an administrator. The link works once, for {hours} hours:\n"
            f"{settings.SITE_URL}{password_path(user)}"
        )
