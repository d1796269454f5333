"""What organizations say in their own words: published showcase texts, shortened and never reworded."""

from django.utils.translation import gettext as _

from core.text import is_urdu, listed
from reports.datasets.frame import excerpt
from reports.tables import Voice, VoicePart
from workshops.models import Showcase

#: How many words of a text are quoted; the whole stands on the showcase's page.
QUOTED_WORDS = 36


def voice_of(showcase: Showcase, *, words: int = QUOTED_WORDS) -> Voice:
    """One published showcase as innovation, challenge and the three kinds of lesson, under the organization's name."""
    revision = showcase.published_revision
    texts = (
        (_("Innovation"), revision.innovations),
        (_("Challenge"), revision.challenges),
        (_("What worked"), revision.lessons_worked),
        (_("What was adapted"), revision.lessons_adapted),
        (_("Operational constraints"), revision.lessons_constraints),
    )
    districts = [district.name for district in revision.districts.all()]
    return Voice(
        name=showcase.organization.display_name,
        detail=listed(districts),
        parts=tuple(quoted(label, text, words=words) for label, text in texts if text.strip()),
    )


def quoted(label: str, text: str, *, words: int) -> VoicePart:
    return VoicePart(
        label=label,
        text=excerpt(text, words=words),
        language="ur" if is_urdu(text) else "en",
    )
