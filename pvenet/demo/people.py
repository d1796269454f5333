"""The people of the demo programme. Those who sign in have a password; the others only stand in the history.

A password is computed from the account and the installation's SECRET_KEY: the same on every load of one installation,
and of no use anywhere else, so that a portal with demo data on the open net does not have published passwords.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import RoleGrant, User
from core.access import Role
from organizations.models import Membership
from pvenet.demo.content import ENTERED_AT, read

if TYPE_CHECKING:
    from organizations.models import Organization

DOMAIN = "demo.pvenet.example"


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional person. `key` names them in the content files and stands before the @ of the address."""

    key: str
    name: str
    role: str
    organization: str = ""
    language: str = "en"
    signs_in: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"

    @property
    def password(self) -> str:
        digest = hmac.new(settings.SECRET_KEY.encode(), f"demo:{self.email}".encode(), hashlib.sha256)
        letters = base64.b32encode(digest.digest()).decode().lower()
        return "-".join([self.role.split("_")[0].lower(), *_groups(letters[:12])])


def everybody() -> list[Person]:
    """Staff, then the focal point of each demo organization, then editors."""
    file = read("people")
    staff = [
        Person(
            key=row["key"],
            name=row["name"],
            role=Role[row["role"]].value,
            signs_in=row["signs_in"],
        )
        for row in file["staff"]
    ]
    members = [
        Person(
            key=row["key"],
            name=row["name"],
            role=Role[row["role"]].value,
            organization=row["organization"],
            language=row["language"],
            signs_in=row["signs_in"],
        )
        for row in file["members"]
    ]
    return staff + members


def load_people(organizations: dict[str, Organization]) -> dict[str, User]:
    """Create or reset every person; returns users by key. Users are never deleted: the audit log refers to them."""
    users = {}
    stored = dict(User.objects.filter(is_demo=True).values_list("email", "password"))
    for person in everybody():
        users[person.key] = user = User.objects.update_or_create(
            email=person.email,
            defaults={
                "name": person.name,
                "language": person.language,
                "is_active": True,
                "is_demo": True,
                "password": _stored_password(person, stored.get(person.email, "")),
                "last_login": None,
            },
        )[0]
        if person.organization:
            Membership.objects.create(
                user=user,
                organization=organizations[person.organization],
                role=person.role,
                started_on=ENTERED_AT.date(),
            )
    _grant_roles(users)
    User.objects.filter(email__endswith=f"@{DOMAIN}").update(created_at=ENTERED_AT)
    return users


def _grant_roles(users: dict[str, User]) -> None:
    RoleGrant.objects.bulk_create(
        [
            RoleGrant(
                user=users[person.key],
                role=person.role,
                granted_by=users["administrator"],
                granted_at=ENTERED_AT,
            )
            for person in everybody()
            if not person.organization
        ]
    )


def _stored_password(person: Person, known: str) -> str:
    """The hash of the person's password, or a value that no password fits.

    The salt is computed from the password, so a known hash with that salt is the right one: hashing is slow on purpose.
    """
    if not person.signs_in:
        return "!" + hashlib.sha256(person.email.encode()).hexdigest()[:40]
    salt = hashlib.sha256(f"salt:{person.password}".encode()).hexdigest()[:22]
    if f"${salt}$" in known:
        return known
    return make_password(person.password, salt=salt)


def _groups(letters: str) -> list[str]:
    return [letters[at : at + 4] for at in range(0, len(letters), 4)]
