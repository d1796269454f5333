"""A story as its readers see it: the redacted text for everyone, beside it the original for those who may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.workflow import State
from evidence.consents.selectors import standing_of
from evidence.items.selectors import items_of
from evidence.models import (
    STORY_FIELDS,
    ConsentPerson,
    ConsentScope,
    EvidenceLevel,
    Story,
    StoryConsent,
    StoryOriginal,
    StoryPhoto,
    StoryRevision,
)
from evidence.models.stories import search_words
from evidence.records.revisions import writer_ids
from evidence.stories import policies
from evidence.stories.kind import gaps
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

    @property
    def has_marks(self) -> bool:
        return any(piece.mark for piece in self.redacted)


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
    """What the review page shows of a story, and what the reviewer may do with its text."""
    writers = writer_ids(revision)
    under_review = story.state in {State.SUBMITTED, State.VERIFIED, State.APPROVED}
    return {
        "story": story,
        "sides": sides_of(actor, story, revision),
        "shows_original": policies.can_read_original(actor, story),
        "story_consents": consents_of(actor, story),
        "photos": photos_of(actor, story),
        "items": items_of(actor, revision),
        "can_approve_redaction": under_review
        and revision.redaction_approved_at is None
        and policies.can_approve_redaction(actor, story, writer_ids=writers),
        "can_redact": policies.can_redact(actor, story),
        "can_grade": under_review and policies.can_grade(actor, story, writer_ids=writers),
        "levels": EvidenceLevel.choices,
    }


def consents_of(actor: Actor, story: Any) -> list[StoryConsent]:
    """What the story rests on, each with `standing` and the words for its uses."""
    rows = list(StoryConsent.objects.visible_to(actor).filter(story=story).select_related("consent").order_by("pk"))
    today = timezone.localdate()
    for row in rows:
        row.standing = standing_of(row.consent, today)
        row.use_labels = [ConsentScope(use).label for use in row.uses]
    return rows


def photos_of(actor: Actor, story: Any) -> list[StoryPhoto]:
    """The photos that this reader may see."""
    return list(StoryPhoto.objects.visible_to(actor).filter(story=story).order_by("pk"))


def original_of(actor: Actor, story: Any) -> StoryOriginal | None:
    """The story as it was told, where this reader may see it and it is still kept."""
    return StoryOriginal.objects.visible_to(actor).filter(story=story).select_related("district").first()


# --- Lists ----------------------------------------------------------------------------------------------------------


def published_stories(
    actor: Actor, *, q: str = "", domain: Any = None, province: Any = None, theme: Any = None
) -> QuerySet:
    """Stories that this reader finds in the list, the newest first; with words, the nearest first."""
    rows = (
        Story.objects.visible_to(actor)
        .live()
        .select_related("organization", "domain", "project", "published_revision__province")
        .defer("published_revision__search")
    )
    if domain:
        rows = rows.filter(domain=domain)
    if province:
        rows = rows.filter(published_revision__province=province)
    if theme:
        rows = rows.filter(project__themes=theme)
    if q:
        words = search_words(q)
        rows = rows.filter(published_revision__search=words)
        return rows.order_by(SearchRank(F("published_revision__search"), words).desc(), "-published_at", "pk")
    return rows.order_by("-published_at", "pk")


def own_stories(actor: Actor) -> QuerySet:
    """The stories of the own organizations, each with `title` of its newest revision, what was touched last on top."""
    newest = StoryRevision.objects.filter(record=OuterRef("pk")).order_by("-number")
    return (
        Story.objects.visible_to(actor)
        .filter(organization_id__in=actor.organization_ids)
        .select_related("domain", "project", "organization")
        .annotate(
            title=Subquery(newest.values("title")[:1]),
            title_ur=Subquery(newest.values("title_ur")[:1]),
            told_title=Subquery(StoryOriginal.objects.filter(story=OuterRef("pk")).values("title")[:1]),
            is_live=Case(When(Story.objects.all().publishable(), then=True), default=False),
        )
        .order_by("-saved_at", "pk")
    )


def revision_to_read(actor: Actor, story: Any) -> Any:
    """What the page of a story shows this reader: the published text, or else the newest one that they may read."""
    rows = StoryRevision.objects.visible_to(actor).filter(record=story)
    rows = rows.select_related("province", "district").defer("search")
    if story.published_revision_id:
        return rows.filter(pk=story.published_revision_id).first()
    return rows.order_by("-number").first()


def is_live(story: Any) -> bool:
    """Whether others read the story at this moment."""
    return Story.objects.live().filter(pk=story.pk).exists()


# --- The CSO's desk -------------------------------------------------------------------------------------------------


def rail_of(story: Any, original: Any, revision: Any, current: str) -> list[dict[str, Any]]:
    """The parts of a story as a rail: what is done, what is missing."""
    consent_count = story.story_consents.count()
    photo_count = story.photos.count()
    told = bool(original and original.what_changed)
    written = all(getattr(revision, name) for name in ("title", "situation_before", "what_changed", "why_it_matters"))
    begun = any(getattr(revision, name) for name in STORY_FIELDS)
    parts = [
        ("story_about", _("What it is about"), "COMPLETE", ""),
        ("story_original", _("As it was told"), "COMPLETE" if told else "STARTED", ""),
        ("story_edit", _("What others will read"), "COMPLETE" if written else "STARTED" if begun else "EMPTY", ""),
        ("story_consents", _("Consents"), "COMPLETE" if consent_count else "MISSING", str(consent_count or "")),
        ("story_photos", _("Photos"), "COMPLETE" if photo_count else "EMPTY", str(photo_count or "")),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"evidence:{name}", args=[story.uuid]),
            "state": state,
            "note": note,
            "is_current": name == current,
        }
        for name, label, state, note in parts
    ]


#: On which page a gap is put right.
PAGE_OF_GAP = {"consents": "story_consents", "anonymization": "story_about", "evidence": "story_edit"}


def missing_of(story: Any, revision: Any) -> list[dict[str, Any]]:
    """What stands between the draft and the reviewer, each with the place where it is put right."""
    found = []
    for gap in gaps(story, revision):
        address = reverse(f"evidence:{PAGE_OF_GAP.get(gap.field, 'story_edit')}", args=[story.uuid])
        found.append(
            {"label": gap.message, "url": address if gap.field in PAGE_OF_GAP else f"{address}#id_{gap.field}"}
        )
    return found
