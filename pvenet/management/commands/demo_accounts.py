"""`manage.py demo_accounts`: the accounts of the demo programme, one or more for each role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from pvenet.demo.people import everybody
from workshops.models import Workshop

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Refuses unless the demo programme is loaded and its passwords belong to this installation."""

    help = "Print e-mail, password and role of each demo account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = [person for person in everybody() if person.signs_in]
        users = {
            user.email: user
            for user in User.objects.filter(email__in=[person.email for person in accounts], is_demo=True)
        }
        if len(users) < len(accounts) or not Workshop.objects.filter(is_demo=True):
            raise CommandError("The demo programme is not loaded. Run manage.py load_demo first.")
        if not users[accounts[0].email].check_password(accounts[0].password):
            raise CommandError(
                "The demo passwords were made with another SECRET_KEY or were changed. Run manage.py load_demo again."
            )
        rows = [
            {
                "email": person.email,
                "password": person.password,
                "role": person.role.lower(),
                "name": person.name,
                "organization": person.organization,
            }
            for person in accounts
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write(f"{row['role']:<24} {row['email']:<44} {row['password']}  {row['organization']}".rstrip())
