"""`manage.py verify_audit`: checks that no entry of the audit log was changed or removed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.audit import AuditEntry, verify_chain


class Command(BaseCommand):
    """Follows the chain of hashes from the first entry to the last; exit status 1 where it breaks."""

    help = "Check that the audit log is whole: every entry follows from the one before it."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = verify_chain()
        if broken is not None:
            raise CommandError(
                f"The audit log is broken at entry {broken}: it was changed, or an entry before it was removed."
            )
        self.stdout.write(f"{AuditEntry.objects.count()} entries; each follows from the one before it.")
