"""What was said and done about a showcase: comments with their answers, and the steps, in the words of who reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from core.access import Role
from workshops.models import Remark, ReviewComment, ShowcaseTransition
from workshops.models.showcase import SENSITIVITY_VERB
from workshops.showcases import policies
from workshops.showcases.policies import CSO_ROLES
from workshops.showcases.sections import BY_KEY

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

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
    steps = ShowcaseTransition.objects.visible_to(actor).filter(subject=showcase).order_by("-at", "-pk")
    words = _step_words()
    history = [
        HistoryLine(row, words[row.verb], _called(row, row.as_role, showcase))
        for row in _with_names(steps, actor, "actor_id")
    ]
    return _threads(actor, showcase, comments), history


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """A remark of NACTA, and who made it in the words that this reader may see."""

    remark: Remark
    author: str
    can_settle: bool

    @property
    def section_title(self) -> Any:
        section = BY_KEY.get(self.remark.section)
        return section.title if section else ""


def remarks_of(actor: Actor, showcase: Showcase) -> list[RemarkLine]:
    """The remarks that the actor may read, oldest first."""
    remarks = Remark.objects.visible_to(actor).filter(subject=showcase).order_by("created_at", "pk")
    rows = list(_with_names(remarks, actor, "author_id"))
    for row in rows:
        row.subject = showcase
    return [RemarkLine(row, _called(row, Role.NACTA, showcase), policies.can_settle_remark(actor, row)) for row in rows]


def threads_of(actor: Actor, showcase: Showcase) -> list[Thread]:
    """The comments with their answers, oldest first."""
    return _threads(actor, showcase, _comments(actor, showcase))


def _comments(actor: Actor, showcase: Showcase) -> list[ReviewComment]:
    comments = ReviewComment.objects.visible_to(actor).filter(subject=showcase).order_by("created_at", "pk")
    rows = list(_with_names(comments, actor, "author_id"))
    for row in rows:
        row.subject = showcase
    return rows


def _threads(actor: Actor, showcase: Showcase, rows: list[ReviewComment]) -> list[Thread]:
    threads = []
    for row in rows:
        if row.answers_id is not None:
            continue
        replies = tuple(
            (reply, _called(reply, reply.as_role, showcase)) for reply in rows if reply.answers_id == row.pk
        )
        threads.append(
            Thread(
                comment=row,
                author=_called(row, row.as_role, showcase),
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
        SENSITIVITY_VERB: _("Who may read it was changed"),
    }


def _with_names(rows: QuerySet[Any], actor: Actor, column: str) -> QuerySet[Any]:
    """Add `seen_as`: the name of the person in the column, if the actor may see it."""
    people = get_user_model().objects.visible_to(actor).filter(pk=OuterRef(column))
    name = people.annotate(shown=Coalesce(NullIf("name", Value("")), "email", output_field=CharField())).values("shown")
    return rows.annotate(seen_as=Subquery(name[:1]))


def _called(row: Any, role: str, showcase: Showcase) -> str:
    """What the person is called for this reader: their name if the reader may see it, else organization or role."""
    if row.seen_as:
        return str(row.seen_as)
    if role in CSO_ROLES:
        return str(showcase.organization)
    return str(Role(role).label) if role else _("The programme")
