"""What is special about a story on its way from a draft to publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import WrongState
from core.retraction import retract
from core.text import find_personal_data
from evidence.models import (
    STORY_FIELDS,
    ConsentPerson,
    ConsentScope,
    Kind,
    Story,
    StoryConsent,
    StoryOriginal,
    StoryRevision,
    StoryTransition,
)
from evidence.records.kinds import Gap, RecordKind
from evidence.stories.marking import name_parts, words_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor

#: Everything of a revision that readers see as text.
SHOWN_TEXTS = (*STORY_FIELDS, "title_ur", "alias")
REQUIRED = ("title", "situation_before", "what_changed", "why_it_matters")
LABELS: dict[str, Any] = {field.name: field.verbose_name for field in StoryRevision._meta.concrete_fields}


def gaps(story: Any, revision: Any) -> list[Gap]:
    """What stands between the draft and the reviewer: texts, consents, and what may still tell who the person is."""
    found = [
        Gap(name, _("“%(field)s” is empty.") % {"field": LABELS[name]})
        for name in REQUIRED
        if not getattr(revision, name)
    ]
    rows = list(StoryConsent.objects.filter(story=story).select_related("consent"))
    secret = words_to_keep_out(story)
    found += [Gap(name, sentence) for name in SHOWN_TEXTS for sentence in told_in(getattr(revision, name), secret)]
    if not rows:
        found.append(Gap("consents", _("A story needs the consent of the person it is about.")))
    elif not Story.objects.filter(Story.objects.all().consented(), pk=story.pk).exists():
        found.append(Gap("consents", _("A consent has run out or was withdrawn. Ask the person again.")))
    return found + _shown_without_consent(story, revision, rows)


def told_in(text: str, secret: Iterable[str]) -> list[str]:
    """A sentence for each personal number and each word to be kept out that the redacted text still holds."""
    sentences = [found.sentence for found in find_personal_data(text)]
    sentences += [
        _("“%(word)s” is one of the words that may not appear.") % {"word": word} for word in words_in(text, secret)
    ]
    return sentences


def words_to_keep_out(story: Any) -> set[str]:
    """What the CSO listed; the names behind the consents unless real names are shown; the place unless it may be named."""
    original = StoryOriginal.objects.filter(story=story).select_related("district").first()
    words = {word.strip() for word in (original.protected_words if original else []) if word.strip()}
    uses = {use for row in story.story_consents.all() for use in row.uses}
    if story.anonymization != Story.Anonymization.NONE or ConsentScope.NAME not in uses:
        persons = ConsentPerson.objects.filter(consent__stories=story).values_list("name", "guardian_name")
        words |= name_parts(name for row in persons for name in row)
    if original and original.district and ConsentScope.LOCATION not in uses:
        words |= {name for name in (original.district.name_en, original.district.name_ur) if name}
    return words


def _shown_without_consent(story: Any, revision: Any, rows: list[StoryConsent]) -> list[Gap]:
    found = []
    uses = {use for row in rows for use in row.uses}
    if revision.alias and story.anonymization == Story.Anonymization.NONE and ConsentScope.NAME not in uses:
        found.append(Gap("alias", _("The real name is shown only with the consent to it. Use an alias.")))
    if revision.district_id and ConsentScope.LOCATION not in uses:
        found.append(Gap("district", _("The district is shown only with the consent to it. Name the province.")))
    if any(row.consent.is_minor for row in rows):
        if revision.district_id:
            found.append(Gap("district", _("For somebody under 18 only the province is shown.")))
        if story.anonymization == Story.Anonymization.NONE:
            found.append(Gap("anonymization", _("Nobody under 18 is shown with the real name.")))
    return found


def before_publishing(story: Any, revision: Any, at: datetime) -> None:
    """The redaction is approved, and every consent holds now and covers what is shown."""
    if revision.redaction_approved_at is None:
        raise WrongState(_("The redaction has not been approved yet."))
    if missing := gaps(story, revision):
        raise WrongState(missing[0].message)
    if not Story.objects.filter(Story.objects.all().consented(), pk=story.pk).exists():
        raise WrongState(_("A consent has run out or was withdrawn. The story cannot be published."))


def after_publishing(story: Any, revision: Any, at: datetime) -> None:
    """Its photos become visible with it."""
    story.photos.filter(live_since=None).update(live_since=at)


def after_withdrawing(story: Any, revision: Any, at: datetime) -> None:
    """Reports that quote it are built again."""
    retract(kind=Kind.STORY, uuid=story.uuid, at=at)


def claim(actor: Actor, story: Any, revision: Any) -> dict[str, Any]:
    """The story as a reviewer reads it: the redacted text, beside it the original where this reader may see it."""
    from evidence.stories.selectors import reading_of  # selectors read the kind's labels

    return reading_of(actor, story, revision)


def texts(revision: Any) -> list[tuple[Any, str]]:
    return [(LABELS[name], getattr(revision, name)) for name in STORY_FIELDS]


KIND = RecordKind(
    kind=Kind.STORY,
    record=Story,
    revision=StoryRevision,
    transition=StoryTransition,
    label=gettext_lazy("Story"),
    label_plural=gettext_lazy("Stories"),
    page="evidence:story",
    edit_page="evidence:story_edit",
    claim_template="evidence/stories/claim.html",
    title=lambda story, revision: revision.display_title,
    claim=claim,
    texts=texts,
    gaps=gaps,
    not_copied=frozenset({"redaction_approved_at", "redaction_approved_by", "search"}),
    before_publishing=before_publishing,
    after_publishing=after_publishing,
    after_withdrawing=after_withdrawing,
)
