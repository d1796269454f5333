"""What was said and done about a showcase: comments with their answers, and the steps, in the words of who reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from core.access import Role
from workshops.models import ReviewComment, ShowcaseTransition
from workshops.showcases import policies
from workshops.showcases.policies import CSO_ROLES
from workshops.showcases.sections import BY_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor
    from workshops.models import Showcase


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its answers, and who wrote each in the words that this reader may see."""

    comment: ReviewComment
    author: str
    is_from_organization: bool
    can_resolve: bool
    replies: tuple[tuple[ReviewComment, str], ...]

    @property
    def section_title(self) -> Any:
        section = BY_KEY.get(self.comment.section)
        return section.title if section else ""

    @property
    def is_open(self) -> bool:
        return self.comment.resolved_at is None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step, in the words of the side that reads it."""

    record: ShowcaseTransition
    what: str
    who: str

    @property
    def at(self) -> datetime:
        return self.record.at

    @property
    def state_code(self) -> str:
        return self.record.to_state

    @property
    def reason(self) -> str:
        return self.record.reason


def conversation_of(actor: Actor, showcase: Showcase) -> tuple[list[Thread], list[HistoryLine]]:
    """The comments, oldest first, and every step that was ever taken with all reasons, newest first."""
    comments = _comments(actor, showcase)
    records = list(ShowcaseTransition.objects.visible_to(actor).filter(subject=showcase).order_by("-at", "-pk"))
    names = _names(
        actor,
        showcase,
        [
            *((row.author_id, row.as_role) for row in comments),
            *((row.actor_id, row.as_role) for row in records),
        ],
    )
    words = _step_words()
    history = [HistoryLine(row, words[row.verb], names[row.actor_id, row.as_role]) for row in records]
    return _threads(actor, comments, names), history


def threads_of(actor: Actor, showcase: Showcase) -> list[Thread]:
    """The comments with their answers, oldest first."""
    comments = _comments(actor, showcase)
    names = _names(actor, showcase, [(row.author_id, row.as_role) for row in comments])
    return _threads(actor, comments, names)


def _comments(actor: Actor, showcase: Showcase) -> list[ReviewComment]:
    rows = list(ReviewComment.objects.visible_to(actor).filter(subject=showcase).order_by("created_at", "pk"))
    for row in rows:
        row.subject = showcase
    return rows


def _threads(actor: Actor, rows: list[ReviewComment], names: dict[tuple[int, str], str]) -> list[Thread]:
    threads = []
    for row in rows:
        if row.answers_id is not None:
            continue
        replies = tuple((reply, names[reply.author_id, reply.as_role]) for reply in rows if reply.answers_id == row.pk)
        threads.append(
            Thread(
                comment=row,
                author=names[row.author_id, row.as_role],
                is_from_organization=row.as_role in CSO_ROLES,
                can_resolve=policies.can_resolve(actor, row),
                replies=replies,
            )
        )
    return threads


def _step_words() -> dict[str, str]:
    return {
        "submit": _("Sent for review"),
        "return": _("Returned with reasons"),
        "verify": _("Checked and verified"),
        "approve": _("Approved"),
        "publish": _("Published"),
        "withdraw": _("Withdrawn from the public pages"),
        "archive": _("Archived"),
        "change": _("Opened for a change"),
    }


def _names(actor: Actor, showcase: Showcase, people: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """What each person is called for this reader: their name if the reader may see it, else organization or role."""
    wanted = set(people)
    if not wanted:
        return {}
    visible = {
        user.pk: str(user)
        for user in get_user_model().objects.visible_to(actor).filter(pk__in={pk for pk, _role in wanted})
    }
    organization = str(showcase.organization)
    names = {}
    for pk, role in wanted:
        if pk in visible:
            names[pk, role] = visible[pk]
        elif role in CSO_ROLES:
            names[pk, role] = organization
        else:
            names[pk, role] = str(Role(role).label) if role else _("The programme")
    return names
