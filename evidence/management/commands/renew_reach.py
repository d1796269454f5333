"""`manage.py renew_reach`: decides and corrects what is published of participation, as far as it is due."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from evidence.overview.services import renew_reach


class Command(BaseCommand):
    """The worker does the same every night. Nothing happens between the fixed dates, however often it runs."""

    help = "Decide the figures of participation of closed quarters, and correct published ones on a fixed date."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in renew_reach(at=timezone.now()) or ["Nothing is due."]:
            self.stdout.write(line)
