"""Changes to the registry: the programme's part of an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit
from core.access import require
from core.errors import StaleWrite
from organizations.models import Organization
from organizations.registry import policies

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor
    from organizations.registry.forms import Entry

#: Words that stand in addresses where a slug could.
RESERVED_SLUGS = frozenset({"new", "mine"})


@transaction.atomic
def create_organization(*, actor: Actor, entry: Entry, at: datetime) -> Organization:
    """Add an organization with an empty profile; its own people fill that."""
    require(policies.can_manage_registry(actor), _refusal())
    row = Organization.objects.create(slug=_free_slug(entry), **_values(entry))
    audit.record(actor=actor, action="organization.created", row=row, at=at)
    return row


@transaction.atomic
def update_organization(*, actor: Actor, pk: int, entry: Entry, seen: datetime | None, at: datetime) -> Organization:
    """Save the programme's part. `seen` is the `updated_at` that the writer started from."""
    row = Organization.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    require(policies.can_manage_registry(actor), _refusal())
    if seen is not None and seen != row.updated_at:
        raise StaleWrite(_("Somebody else saved this after you opened it."), current=row)
    values = _values(entry)
    changed = sorted(name for name in values if getattr(row, name) != values[name])
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=[*changed, "updated_at"])
    audit.record(actor=actor, action="organization.updated", row=row, at=at, fields=changed)
    return row


def _values(entry: Entry) -> dict:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def _free_slug(entry: Entry) -> str:
    """A slug from the name, numbered when it is taken. A name without Latin letters falls back to the acronym."""
    stem = slugify(entry.name)[:70] or slugify(entry.acronym) or "organization"
    slug, number = stem, 1
    while slug in RESERVED_SLUGS or Organization.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _refusal() -> str:
    return _("Only programme managers keep the registry. Write to them to change it.")
