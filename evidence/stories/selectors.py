"""A story as its readers see it: the redacted text for everyone, beside it the original for those who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evidence.items.selectors import items_of
from evidence.models import (
    STORY_FIELDS,
    Consent,
    ConsentPerson,
    StoryConsent,
    StoryOriginal,
    StoryPhoto,
    StoryRevision,
)
from evidence.stories.marking import Piece, find_marks, pieces_of

if TYPE_CHECKING:
    from core.access import Actor


@dataclass(frozen=True, slots=True)
class Side:
    """One field side by side: the original's pieces, or None where this reader may not see it, and the redacted ones."""

    name: str
    label: Any
    original: list[Piece] | None
    redacted: list[Piece]


def protected_words(story: Any, original: StoryOriginal | None) -> list[str]:
    """What may not appear: the words the CSO listed, and the names behind the consents (never shown by this function)."""
    persons = ConsentPerson.objects.filter(consent__stories=story).values_list("name", "guardian_name")
    names = [name for row in persons for name in row if name]
    return [*(original.protected_words if original else []), *names]


def sides_of(actor: Actor, story: Any, revision: Any) -> list[Side]:
    """The fields of a story side by side, marked for whoever redacts or checks it."""
    original = StoryOriginal.objects.visible_to(actor).filter(story=story).first()
    kept = StoryOriginal.objects.filter(story=story).first()
    # The names are looked for on the reader's behalf; what the reader gets is a mark where one stands in a text.
    protected = protected_words(story, kept)
    return [
        Side(
            name=name,
            label=StoryRevision._meta.get_field(name).verbose_name,
            original=_marked(getattr(original, name), protected) if original else None,
            redacted=_marked(getattr(revision, name), protected),
        )
        for name in STORY_FIELDS
    ]


def _marked(text: str, protected: list[str]) -> list[Piece]:
    return pieces_of(text, find_marks(text, protected=protected))


def reading_of(actor: Actor, story: Any, revision: Any) -> dict[str, Any]:
    """What the review page shows of a story."""
    return {
        "sides": sides_of(actor, story, revision),
        "story_consents": list(
            StoryConsent.objects.visible_to(actor).filter(story=story).select_related("consent").order_by("pk")
        ),
        "valid_consents": set(
            Consent.objects.visible_to(actor).filter(stories=story).valid().values_list("pk", flat=True)
        ),
        "photos": list(StoryPhoto.objects.visible_to(actor).filter(story=story).order_by("pk")),
        "items": items_of(actor, revision),
    }
