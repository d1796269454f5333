"""`manage.py check_messages`: every visible word is in the Urdu catalogue, and no placeholder was lost in translation."""

import re
import shutil
from pathlib import Path
from typing import Any

import polib
from django.core.management import CommandError
from django.core.management.commands import makemessages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


class Command(makemessages.Command):
    help = "Compares the words in the code and the templates with locale/ur and changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            raise CommandError("The words cannot be collected without xgettext: install the package gettext.")
        self.complaints: list[str] = []
        options |= {
            "locale": ["ur"],
            "extensions": ["html", "txt", "py"],
            "ignore_patterns": ["var", "bench"],
            "verbosity": 0,
        }
        super().handle(*args, **options)
        if self.complaints:
            raise CommandError(
                "\n".join(
                    [
                        *dict.fromkeys(self.complaints),
                        "Run make messages and translate what is new.",
                    ]
                )
            )

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Called by `makemessages` where it would write: compare instead."""
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        if not path.exists():
            self.complaints.append(f"{path} is missing.")
            return
        catalogue = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
        for wanted in polib.pofile(potfile):
            entry = catalogue.get((wanted.msgctxt, wanted.msgid))
            if entry is None:
                self.complaints.append(f"{path}: “{wanted.msgid}” is missing.")
            elif entry.fuzzy:
                self.complaints.append(f"{path}: “{wanted.msgid}” has a translation that nobody has confirmed.")
            elif not all(translations(entry)):
                self.complaints.append(f"{path}: “{wanted.msgid}” is not translated.")
            elif not any(
                placeholders(text) == placeholders(entry.msgid_plural or entry.msgid) for text in translations(entry)
            ):
                self.complaints.append(f"{path}: “{wanted.msgid}” and its translation have different placeholders.")


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))
