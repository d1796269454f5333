"""`manage.py load_framework`: the standard indicators for every programme, and every reporting calendar."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from evidence.results.calendar import settle_all
from evidence.results.reference import load_framework
from organizations.models import Programme


class Command(BaseCommand):
    """Run as often as you like: what was edited or has results is left as it is."""

    help = "Load the standard framework of results for every programme. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        indicators = sum(load_framework(programme) for programme in Programme.objects.order_by("pk"))
        periods = settle_all()
        if options["verbosity"]:
            self.stdout.write(f"{indicators} standard indicators, {periods} reporting periods.")
