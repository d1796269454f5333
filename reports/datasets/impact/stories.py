"""Stories of change in the impact report: quoted while everybody in them agrees to print, under the name they chose."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from core.access import Actor
from core.text import is_urdu
from evidence.models import Candidate, Panel, Story
from organizations.models import Programme
from reports.datasets.frame import excerpt
from reports.tables import Block, Callout, Paragraph, Section, Voice, VoicePart

#: How many stories a report quotes at most, and how many words of each text.
QUOTED_STORIES = 8
QUOTED_WORDS = 60
FIELDS = ("situation_before", "what_changed", "why_it_matters", "contribution", "quote")


def collect_stories(*, actor: Actor, programme: Programme, period_start: date, period_end: date) -> list[Story]:
    """The stories to quote: those that panels chose first, then the newest, each with its published text."""
    chosen = Candidate.objects.filter(story=OuterRef("pk"), is_chosen=True)
    return list(
        Story.objects.visible_to(actor)
        .printable()
        .filter(
            project__programme=programme,
            published_at__date__gte=period_start,
            published_at__date__lte=period_end,
            organization__is_active=True,
        )
        .select_related("domain", "organization", "published_revision__province", "published_revision__district")
        .annotate(was_chosen=Exists(chosen), was_chosen_last=Exists(chosen.filter(panel__level=Panel.Level.NATIONAL)))
        .order_by("-was_chosen_last", "-was_chosen", "-published_at", "pk")[:QUOTED_STORIES]
    )


def stories_sections(stories: list[Story]) -> list[Section]:
    """The section of stories; none where no story may be quoted."""
    if not stories:
        return []
    blocks: list[Block] = [
        Paragraph(
            text=_(
                "People told these stories to the organizations. They are shortened and otherwise in the words that were"
                " published. A story says what changed for somebody, not how often it happened."
            ),
            aside=_("Names and identifying details have been changed unless the person agreed to be named."),
        ),
        *(_voice_of(story) for story in stories),
        Callout(
            title=_("How these stories were chosen"),
            text=_(
                "Stories that a panel chose in a round of Most Significant Change stand first, then the newest; at most"
                " %(limit)d are quoted. Each person consents to print today. When one of them takes the consent back, this"
                " report is closed and built again without the story."
            )
            % {"limit": QUOTED_STORIES},
        ),
    ]
    return [Section(key="stories", title=_("Stories of change"), blocks=tuple(blocks))]


def _voice_of(story: Story) -> Voice:
    revision = story.published_revision
    place = revision.district or revision.province
    details = [revision.alias, place.name if place else "", story.domain.label, story.organization.display_name]
    return Voice(
        name=revision.display_title,
        detail=" · ".join(detail for detail in details if detail),
        parts=tuple(
            VoicePart(
                label=str(revision._meta.get_field(name).verbose_name),
                text=excerpt(text, words=QUOTED_WORDS),
                language="ur" if is_urdu(text) else "en",
            )
            for name in FIELDS
            if (text := getattr(revision, name))
        ),
    )
