"""The only code that writes rounds, panels, candidates and feedback (Davies and Dart, 2005, steps 3 to 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.access import require
from core.errors import InvalidInput, WrongState
from core.mail import send_later
from core.text import clean_text
from core.workflow import check_version
from evidence.models import Candidate, Panel, PanelFeedback, SelectionRound, Story
from evidence.records.mails import members_of
from evidence.selection import policies
from evidence.stories.kind import told_in, words_to_keep_out
from organizations.models import Organization, Programme

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from core.access import Actor
    from core.geography import Province
    from core.terms import Term

#: From which level a panel takes its stories.
BELOW = {Panel.Level.PROVINCE: Panel.Level.CSO, Panel.Level.NATIONAL: Panel.Level.PROVINCE}


@transaction.atomic
def open_round(*, actor: Actor, programme_id: int, values: dict[str, Any], at: datetime) -> SelectionRound:
    """Start a round of selection. `values`: title, title_ur, question, question_ur, starts_on, ends_on."""
    require(policies.can_keep_rounds(actor), _("Rounds are opened by programme managers."))
    programme = Programme.objects.visible_to(actor).get(pk=programme_id)
    if values["ends_on"] < values["starts_on"]:
        raise InvalidInput(_("The round ends before it starts. Correct one of the two dates."), field="ends_on")
    row = SelectionRound.objects.create(programme=programme, is_demo=programme.is_demo, **_cleaned(values))
    audit.record(actor=actor, action="round.open", row=row, at=at)
    return row


@transaction.atomic
def close_round(*, actor: Actor, pk: int, version: int | None, at: datetime) -> SelectionRound:
    """End a round: what was chosen and why is public from now on, as far as the stories are. Twice is once."""
    row = SelectionRound.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    require(policies.can_keep_rounds(actor), _("Rounds are closed by programme managers."))
    if not row.is_closed:
        check_version(row, version)
        row.is_closed = True
        row.version += 1
        row.save(update_fields=["is_closed", "version"])
        audit.record(actor=actor, action="round.close", row=row, at=at)
    return row


@transaction.atomic
def open_panel(
    *,
    actor: Actor,
    round_pk: int,
    level: str,
    organization_slug: str | None = None,
    province: Province | None = None,
    domain: Term | None = None,
    composition: str = "",
    met_on: date | None = None,
    at: datetime,
) -> Panel:
    """Set up a panel. There is one of a level, place and kind of change in a round; asking again gives the same one."""
    row = _open_round(actor, round_pk)
    organization = Organization.objects.visible_to(actor).get(slug=organization_slug) if organization_slug else None
    _check_level(level, organization, province)
    require(
        policies.can_open_panel(actor, level, organization.pk if organization else None),
        _("A panel is set up by its organization, the others by programme managers."),
    )
    place = {"level": level, "organization": organization, "province": province, "domain": domain}
    try:
        with transaction.atomic():
            panel = Panel.objects.create(round=row, composition=clean_text(composition), met_on=met_on, **place)
    except IntegrityError:
        return Panel.objects.get(round=row, **place)
    audit.record(actor=actor, action="panel.open", row=panel, at=at, level=level)
    return panel


def _check_level(level: str, organization: Organization | None, province: Province | None) -> None:
    if level == Panel.Level.CSO and organization is None:
        raise InvalidInput(_("Choose the organization of the panel."), field="organization")
    if level == Panel.Level.PROVINCE and province is None:
        raise InvalidInput(_("Choose the province of the panel."), field="province")
    if level not in Panel.Level.values or (level != Panel.Level.CSO and organization is not None):
        raise InvalidInput(_("Only the panel of a CSO belongs to an organization."), field="organization")
    if level != Panel.Level.PROVINCE and province is not None:
        raise InvalidInput(_("Only the panel of a province belongs to a province."), field="province")


@transaction.atomic
def add_candidate(*, actor: Actor, panel_pk: int, story_uuid: UUID, at: datetime) -> Candidate:
    """Put a story before a panel: its own for a CSO, above it what was chosen one level below and is published."""
    panel = _undecided(actor, panel_pk)
    story = Story.objects.visible_to(actor).get(uuid=story_uuid)
    if not offered_to(actor, panel).filter(pk=story.pk).exists():
        raise InvalidInput(
            _("This panel takes only stories of its own, or those chosen one level below."), field="story"
        )
    row, is_new = Candidate.objects.get_or_create(panel=panel, story=story)
    if is_new:
        audit.record(actor=actor, action="panel.candidate", row=panel, at=at, story=str(story.uuid))
    return row


def offered_to(actor: Actor, panel: Panel) -> Any:
    """The stories that may come before a panel."""
    stories = Story.objects.visible_to(actor)
    if panel.domain_id:
        stories = stories.filter(domain_id=panel.domain_id)
    if panel.level == Panel.Level.CSO:
        return stories.filter(organization_id=panel.organization_id)
    below = Candidate.objects.filter(
        panel__round_id=panel.round_id, panel__level=BELOW[Panel.Level(panel.level)], is_chosen=True
    )
    stories = stories.live().filter(pk__in=below.values("story_id"))
    if panel.level == Panel.Level.PROVINCE:
        stories = stories.filter(published_revision__province_id=panel.province_id)
    return stories


@transaction.atomic
def choose_story(
    *, actor: Actor, panel_pk: int, candidate_pk: int, reason: str, version: int | None, at: datetime
) -> Candidate:
    """Write down what the panel chose and why. The decision stands: a panel chooses once."""
    panel = _undecided(actor, panel_pk)
    check_version(panel, version)
    row = Candidate.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=candidate_pk, panel=panel)
    reason = clean_text(reason)
    if not reason:
        raise InvalidInput(_("Say why the panel chose this story. It is the heart of the method."), field="reason")
    # The reason is public once the round is closed: it says no more of the person than the story does.
    for sentence in told_in(reason, words_to_keep_out(row.story)):
        raise InvalidInput(sentence, field="reason")
    row.is_chosen, row.reason = True, reason
    row.save(update_fields=["is_chosen", "reason"])
    panel.decided_at = at
    panel.version += 1
    panel.save(update_fields=["decided_at", "version"])
    audit.record(actor=actor, action="panel.choose", row=panel, at=at, story=str(row.story.uuid))
    return row


@transaction.atomic
def give_feedback(*, actor: Actor, candidate_pk: int, text: str, at: datetime) -> PanelFeedback:
    """Tell the teller's CSO what the panel thought, chosen or not (step 6). Giving it again replaces the words."""
    row = (
        Candidate.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("panel", "story")
        .get(pk=candidate_pk)
    )
    require(policies.can_keep_panel(actor, row.panel), _("Feedback is given by those who write for the panel."))
    if row.panel.decided_at is None:
        raise WrongState(_("The panel has not chosen yet. Feedback follows the choice."))
    text = clean_text(text)
    if not text:
        raise InvalidInput(_("Write what the panel wants the person to know."), field="text")
    feedback, _is_new = PanelFeedback.objects.update_or_create(
        candidate=row, defaults={"text": text, "given_at": at, "passed_on_at": None}
    )
    audit.record(actor=actor, action="panel.feedback", row=row.panel, at=at, story=str(row.story.uuid))
    send_later(
        template="panel_feedback",
        user_ids=members_of(row.story.organization_id) - {actor.user_id or 0},
        path=reverse("evidence:panel", args=[row.panel_id]),
        context={},
    )
    return feedback


@transaction.atomic
def pass_on_feedback(*, actor: Actor, candidate_pk: int, at: datetime) -> PanelFeedback:
    """The CSO says that the person has heard it. Twice is once."""
    feedback = (
        PanelFeedback.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("candidate__story")
        .get(candidate_id=candidate_pk)
    )
    require(
        policies.can_pass_on(actor, feedback.candidate.story),
        _("Feedback is passed on by the organization that knows the person."),
    )
    if feedback.passed_on_at is None:
        feedback.passed_on_at = at
        feedback.save(update_fields=["passed_on_at"])
        audit.record(actor=actor, action="panel.passed_on", row=feedback.candidate.story, at=at)
    return feedback


def _open_round(actor: Actor, pk: int) -> SelectionRound:
    row = SelectionRound.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=pk)
    if row.is_closed:
        raise WrongState(_("This round is closed."))
    return row


def _undecided(actor: Actor, pk: int) -> Panel:
    panel = Panel.objects.visible_to(actor).select_for_update(of=("self",)).select_related("round").get(pk=pk)
    require(
        policies.can_keep_panel(actor, panel),
        _("What a panel chose is written down by its organization, for the others by programme managers."),
    )
    if panel.round.is_closed:
        raise WrongState(_("This round is closed."))
    if panel.decided_at is not None:
        raise WrongState(_("This panel has chosen already."))
    return panel


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in values.items()}
