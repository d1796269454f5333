"""Remarks of NACTA: made on what was verified, approved or published, and settled by those who review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import person_of, require
from core.errors import InvalidInput, WrongState
from core.text import clean_text, count_words
from core.workflow import SECOND_PRESS, State
from workshops.models import Remark
from workshops.showcases import mails, policies
from workshops.showcases.sections import BY_KEY
from workshops.showcases.services.comments import COMMENT_WORDS
from workshops.showcases.services.locked import latest_revision, lock_showcase

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from core.access import Actor
    from workshops.models import Showcase


@transaction.atomic
def add_remark(*, actor: Actor, uuid: UUID, section: str, body: str, at: datetime) -> Remark:
    """Say something to those who review, about a section or, with an empty `section`, about the whole."""
    showcase = lock_showcase(actor, uuid)
    require(policies.can_remark(actor, showcase), _("Remarks are made by NACTA staff."))
    if not is_open_for_remarks(showcase):
        raise WrongState(_("NACTA remarks on showcases that have been verified, approved or published."))
    if section and section not in BY_KEY:
        raise InvalidInput(_("Choose a section of the showcase."), field="section")
    body = clean_text(body)
    if not body:
        raise InvalidInput(_("Write the remark first."), field="body")
    if count_words(body) > COMMENT_WORDS or len(body) > COMMENT_WORDS * 12:
        raise InvalidInput(
            _("A remark holds at most %(limit)s words. Shorten it.") % {"limit": COMMENT_WORDS}, field="body"
        )
    words = {"author_id": person_of(actor), "section": section, "body": body}
    if same := showcase.remarks.filter(created_at__gt=at - SECOND_PRESS, created_at__lte=at, **words).first():
        return same
    read = showcase.published_revision or latest_revision(showcase)
    remark = Remark.objects.create(subject=showcase, revision_number=read.number, created_at=at, **words)
    audit.record(actor=actor, action="remark.add", row=remark, at=at, showcase=showcase.pk)
    mails.tell_of_remark(remark, read, actor=actor, at=at)
    return remark


@transaction.atomic
def settle_remark(*, actor: Actor, pk: int, is_settled: bool, at: datetime) -> Remark:
    """Say that a remark is dealt with, or open it again. A second click changes nothing."""
    remark = Remark.objects.visible_to(actor).select_for_update(of=("self",)).select_related("subject").get(pk=pk)
    require(
        policies.can_settle_remark(actor, remark),
        _("A remark is settled by reviewers and managers, or by whoever made it."),
    )
    if is_settled != (remark.settled_at is not None):
        remark.settled_by_id, remark.settled_at = (person_of(actor), at) if is_settled else (None, None)
        remark.save(update_fields=["settled_by", "settled_at"])
        audit.record(actor=actor, action="remark.settle" if is_settled else "remark.reopen", row=remark, at=at)
    return remark


def is_open_for_remarks(showcase: Showcase) -> bool:
    """Whether there is a text that NACTA reads."""
    return showcase.published_revision_id is not None or showcase.state in {State.VERIFIED, State.APPROVED}
