"""Comments on a section: asked by the programme, answered by the organization, and resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput
from core.text import clean_text, count_words
from core.workflow import SECOND_PRESS
from workshops.models import ReviewComment
from workshops.showcases import mails, policies
from workshops.showcases.sections import BY_KEY
from workshops.showcases.services.locked import (
    latest_revision,
    lock_showcase,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor

COMMENT_WORDS = 500


@transaction.atomic
def add_comment(
    *,
    actor: Actor,
    uuid: UUID,
    section: str,
    body: str,
    at: datetime,
    answers: int | None = None,
) -> ReviewComment:
    """Say something about a section, or answer what was said. An answer stands under the first comment.

    The second press of a button says nothing again.
    """
    showcase = lock_showcase(actor, uuid)
    require(
        policies.can_comment(actor, showcase),
        _("Comments are between the organization and the reviewers."),
    )
    if section not in BY_KEY:
        raise InvalidInput(_("Choose a section of the showcase."), field="section")
    body = clean_text(body)
    if not body:
        raise InvalidInput(_("Write the comment first."), field="body")
    if count_words(body) > COMMENT_WORDS or len(body) > COMMENT_WORDS * 12:
        raise InvalidInput(
            _("A comment holds at most %(limit)s words. Shorten it.") % {"limit": COMMENT_WORDS},
            field="body",
        )
    asked = None
    if answers is not None:
        asked = ReviewComment.objects.visible_to(actor).get(pk=answers, subject=showcase)
        asked = asked.answers or asked
        section = asked.section
    same = ReviewComment.objects.visible_to(actor).filter(
        subject=showcase, section=section, answers=asked, body=body, author_id=actor.user_id
    )
    if found := same.filter(created_at__gt=at - SECOND_PRESS).first():
        return found
    comment = ReviewComment.objects.create(
        subject=showcase,
        revision_number=latest_revision(showcase).number,
        section=section,
        answers=asked,
        body=body,
        author_id=person_of(actor),
        as_role=policies.acting_role(actor, showcase.organization_id),
        created_at=at,
    )
    mails.tell_of_comment(comment, actor=actor, at=at)
    return comment


@transaction.atomic
def resolve_comment(*, actor: Actor, pk: int, at: datetime) -> ReviewComment:
    """Close a comment. A second click changes nothing."""
    comment = _lock_comment(actor, pk)
    if comment.resolved_at is None:
        comment.resolved_by_id, comment.resolved_at = actor.user_id, at
        comment.save(update_fields=["resolved_by", "resolved_at"])
        audit.record(actor=actor, action="comment.resolve", row=comment, at=at)
    return comment


@transaction.atomic
def reopen_comment(*, actor: Actor, pk: int, at: datetime) -> ReviewComment:
    """Open a comment again."""
    comment = _lock_comment(actor, pk)
    if comment.resolved_at is not None:
        comment.resolved_by = comment.resolved_at = None
        comment.save(update_fields=["resolved_by", "resolved_at"])
        audit.record(actor=actor, action="comment.reopen", row=comment, at=at)
    return comment


def _lock_comment(actor: Actor, pk: int) -> ReviewComment:
    comment = (
        ReviewComment.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("subject")
        .get(pk=pk, answers=None)
    )
    require(
        policies.can_resolve(actor, comment),
        _("A comment is resolved by whoever wrote it, or by a reviewer."),
    )
    return comment
