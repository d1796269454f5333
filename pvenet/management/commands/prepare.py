"""`manage.py prepare`: bring a database and the files beside it up to what this code needs. Safe to run at any time."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from core.messages import compile_messages


class Command(BaseCommand):
    help = "Migrates, loads the vocabularies and the geography, collects static files and compiles the translations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo",
            action="store_true",
            help="load the demo programme if there is no organization yet",
        )
        parser.add_argument(
            "--only-messages",
            action="store_true",
            help="do nothing but compile the translations",
        )

    def handle(self, *, demo: bool, only_messages: bool, **options: Any) -> None:
        compile_messages(settings.LOCALE_PATHS)
        if only_messages:
            return
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Bringing the database up to date.")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("load_reference", verbosity=0)
        if demo and not apps.get_model("organizations", "Organization")._default_manager.exists():
            self.stdout.write("Loading the demo programme.")
            with transaction.atomic():
                call_command("load_demo")
        call_command("load_framework", verbosity=0)
        self.collect_static_files()

    def collect_static_files(self) -> None:
        """Collecting compresses every file at the highest level: only when a file has changed."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        state = static_fingerprint()
        if not stamp.exists() or stamp.read_text() != state:
            self.stdout.write("Collecting the static files.")
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
            stamp.write_text(state)


def static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
