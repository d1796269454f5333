"""`manage.py create_api_key --name NAME [--scope SCOPE …] [--expires-days N]`: prints a key once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import ApiClient
from accounts.services import create_api_client, create_api_key
from core.access import Actor, Scope
from core.errors import DomainError


class Command(BaseCommand):
    """Makes a key for the client of that name, and the client where there is none. Without --scope it reads everything
    that is published."""

    help = "Make an API key and print it once. Without --scope the key has every scope; all scopes only read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name",
            required=True,
            help="The client, such as 'UNODC results database'.",
        )
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            choices=[scope.value for scope in Scope],
            help="What the key may read. Repeat it for more.",
        )
        parser.add_argument(
            "--expires-days",
            type=int,
            help="Days until the key ends. Without it the key has no end.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        days = options["expires_days"]
        if days is not None and not 1 <= days <= 3660:
            raise CommandError(f"--expires-days {days}: use a number from 1 to 3660.")
        actor = Actor.operator()
        try:
            client = ApiClient.objects.visible_to(actor).filter(
                name=options["name"].strip()
            ).first() or create_api_client(actor=actor, name=options["name"], at=now)
            _key, plain = create_api_key(
                actor=actor,
                client_id=client.pk,
                scopes=options["scope"],
                expires_at=now + timedelta(days=days) if days else None,
                at=now,
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(plain)
