"""The markers and exits of evidence.stories, for the walk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from core.access import Sensitivity
from core.terms import Term
from core.workflow import State
from evidence.models import Story, StoryConsent, StoryOriginal, StoryPhoto, StoryRevision
from pvenet.tests.evidence.consents import OWN, make_consent

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

SENT = OWN | {"reviewer", "manager", "data_protection_officer"}
ORIGINAL = OWN | {"reviewer", "data_protection_officer"}
#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    "story-draft": OWN,
    "story-draft-told": OWN,
    "story-submitted": SENT,
    "story-told": ORIGINAL,
    "story-protected": ORIGINAL,
    "story-photo": ORIGINAL,
    "story-withdrawn": SENT,
    "story-expired": SENT,
    # For partners of the programme; without the scope DONOR neither NACTA nor the funder reads it.
    "story-partner": SENT | {"other_focal_point", "coordinator", "administrator"},
    "story-consent-alias": SENT,
}


def stories(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.rows["stories"]]


def photos(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.story.uuid, "photo_uuid": row.uuid} for row in world.rows["story_photos"]]


def attached(world: World) -> list[dict[str, Any]]:
    rows = StoryConsent.objects.select_related("story", "consent").order_by("pk")
    return [{"uuid": row.story.uuid, "consent_uuid": row.consent.uuid} for row in rows]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "api:stories-list": lambda world: [{}],
    "api:stories-detail": stories,
    "evidence:story_list": lambda world: [{}, {"?": "?q=story"}, {"?": "?domain=ATTITUDE"}],
    "evidence:story_feed": lambda world: [{}],
    "evidence:story_mine": lambda world: [{}],
    "evidence:story_new": lambda world: [{}],
    **{
        f"evidence:story{name}": stories
        for name in ("", "_about", "_original", "_edit", "_consents", "_photos", "_approve_redaction", "_grade")
    },
    "evidence:story_detach": attached,
    "evidence:story_photo": photos,
    "evidence:story_photo_remove": photos,
}


def plant(world: World) -> None:
    """Add rows with markers to the world; keep in `world.rows` what the exits need."""
    from pvenet.tests.world import NOW

    live = {"consent": make_consent(world, alias="⟦story-consent-alias⟧")}
    ended = {"consent": make_consent(world, alias="A teller", expires_on=date(2026, 2, 1))}
    taken_back = {"consent": make_consent(world, alias="A teller", withdrawn_at=NOW)}
    world.rows["stories"] = [
        plant_story(world, "story-draft", State.DRAFT, told="story-draft-told"),
        plant_story(world, "story-submitted", State.SUBMITTED, told="story-told", **live),
        plant_story(world, "story-withdrawn", State.WITHDRAWN, **taken_back),
        plant_story(world, "story-expired", State.PUBLISHED, **ended),
        plant_story(world, "story-partner", State.PUBLISHED, sensitivity=Sensitivity.PARTNER, **live),
        plant_story(world, "", State.PUBLISHED, told="story-told", **live),
    ]
    world.rows.setdefault("records", []).extend(("story", row.uuid) for row in world.rows["stories"])
    world.rows["story_photos"] = [_photo(world, row) for row in world.rows["stories"]]


def plant_story(
    world: World, marker: str, state: str, *, told: str = "story-told", consent: Any = None, **fields: Any
) -> Story:
    from pvenet.tests.world import NOW

    sent = None if state == State.DRAFT else NOW
    text = f"⟦{marker}⟧" if marker else "A public story."
    story = Story.objects.create(
        organization=world.organizations[0],
        project=world.projects[0],
        domain=Term.objects.of("story_domain")[0],
        first_submitted_at=sent,
        created_at=NOW,
        saved_at=NOW,
        **fields,
    )
    names = ("title", "situation_before", "what_changed", "why_it_matters", "contribution", "quote")
    StoryOriginal.objects.create(
        story=story,
        **dict.fromkeys(names, f"⟦{told}⟧"),
        collected_by=f"⟦{told}⟧",
        protected_words=[f"⟦{'story-protected' if sent else told}⟧"],
        saved_at=NOW,
        saved_by=world.users["editor"],
    )
    revision = StoryRevision.objects.create(
        record=story,
        number=1,
        **dict.fromkeys((*names, "title_ur", "alias"), text),
        created_by=world.users["editor"],
        created_at=NOW,
        saved_by=world.users["editor"],
        saved_at=NOW,
        submitted_at=sent,
        verified_at=NOW if state == State.PUBLISHED else None,
    )
    if consent is not None:
        StoryConsent.objects.create(story=story, consent=consent, uses=["ONLINE", "STORY"])
    story.state = state
    if state == State.PUBLISHED:
        story.published_revision, story.published_at = revision, NOW
    story.save()
    return story


def _photo(world: World, story: Story) -> StoryPhoto:
    """A picture of a person without any consent: it never leaves the CSO and its reviewers."""
    from pvenet.tests.world import NOW

    is_draft = story.first_submitted_at is None
    text = "⟦story-draft⟧" if is_draft else "⟦story-photo⟧"
    photo = StoryPhoto(
        story=story,
        alt_text=text,
        alt_text_ur=text,
        credit=text,
        live_since=NOW if story.published_revision_id else None,
        name=f"{text}.png",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
        uploaded_by=world.users["editor"],
        uploaded_at=NOW,
    )
    photo.file = ContentFile(text.encode(), name="upload")
    photo.save()
    return photo
