"""One showcase as its writers and reviewers see it: sections with their state, comments, history, differences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Role
from core.text import count_words
from core.workflow import EDITABLE, STEPS
from workshops.models import (
    EvidenceFile,
    Presenter,
    ReviewComment,
    Showcase,
    ShowcaseRevision,
    ShowcaseTransition,
)
from workshops.showcases import policies
from workshops.showcases.policies import CSO_ROLES
from workshops.showcases.revisions import Gap, gaps_in
from workshops.showcases.sections import BY_KEY, SECTIONS, WRITTEN, Kind
from workshops.showcases.services.steps import verifier_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor
    from workshops.showcases.sections import Field, Section


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
class SectionState:
    """A line of the rail: the section, its state as a code of `core.web.tones`, and how many comments stand open."""

    section: Section
    code: str
    note: str
    comments: int = 0
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything around one showcase for one reader."""

    showcase: Showcase
    revision: ShowcaseRevision
    evidence: list[EvidenceFile]
    presenters: list[Presenter]
    threads: list[Thread]
    gaps: list[Gap]
    can: dict[str, bool]
    rail: list[SectionState] = field(default_factory=list)

    @property
    def open_comments(self) -> int:
        return sum(thread.is_open for thread in self.threads)

    def threads_on(self, section: str) -> list[Thread]:
        return [thread for thread in self.threads if thread.comment.section == section]


def desk_of(actor: Actor, showcase: Showcase) -> Desk | None:
    """The latest revision the actor may read, with what stands around it; None when there is none to read."""
    revision = (
        ShowcaseRevision.objects.visible_to(actor)
        .filter(showcase=showcase)
        .prefetch_related("districts__province", "themes", "target_groups", "writers")
        .order_by("-number")
        .first()
    )
    if revision is None:
        return None
    evidence = list(
        EvidenceFile.objects.visible_to(actor)
        .filter(showcase=showcase)
        .select_related("type")
        .order_by("uploaded_at", "pk")
    )
    presenters = list(
        Presenter.objects.visible_to(actor)
        .filter(showcase_presenters__showcase=showcase)
        .order_by("showcase_presenters__position", "pk")
    )
    threads = threads_of(actor, showcase)
    gaps = gaps_in(
        showcase,
        revision,
        evidence_count=len(evidence),
        presenter_count=len(presenters),
    )
    return Desk(
        showcase=showcase,
        revision=revision,
        evidence=evidence,
        presenters=presenters,
        threads=threads,
        gaps=gaps,
        can=_permitted(actor, showcase, revision),
        rail=[_state_of(section, gaps, threads) for section in SECTIONS],
    )


def _permitted(
    actor: Actor, showcase: Showcase, revision: ShowcaseRevision
) -> dict[str, bool]:
    """What the actor may do now: the policy says yes and the state allows it."""
    writers = {
        revision.created_by_id,
        revision.saved_by_id,
        *(user.pk for user in revision.writers.all()),
    }
    allowed = {
        "submit": policies.can_write(actor, showcase),
        "return": policies.can_return(actor, showcase),
        "verify": policies.can_verify(actor, showcase, writer_ids=writers),
        "approve": policies.can_approve(
            actor, showcase, writer_ids=writers, verifier_id=verifier_id(showcase)
        ),
        "publish": policies.can_publish(actor, showcase),
        "archive": policies.can_archive(actor, showcase),
        "change": policies.can_write(actor, showcase),
    }
    can = {
        verb: is_allowed and showcase.state in STEPS[verb].sources
        for verb, is_allowed in allowed.items()
    }
    can["withdraw"] = (
        policies.can_withdraw(actor, showcase)
        and showcase.published_revision_id is not None
    )
    can["write"] = policies.can_write(actor, showcase)
    can["edit"] = can["write"] and showcase.state in EDITABLE
    can["review"] = policies.can_review(actor, showcase)
    can["comment"] = policies.can_comment(actor, showcase)
    return can


def _state_of(section: Section, gaps: list[Gap], threads: list[Thread]) -> SectionState:
    mine = tuple(gap for gap in gaps if gap.section == section.key)
    comments = sum(
        thread.is_open for thread in threads if thread.comment.section == section.key
    )
    if comments:
        code = "COMMENTED"
        note = ngettext("%(count)s comment", "%(count)s comments", comments) % {
            "count": comments
        }
    elif mine:
        code, note = "MISSING", _("not complete")
    else:
        code, note = "COMPLETE", _("complete")
    return SectionState(section, code, note, comments, mine)


def threads_of(actor: Actor, showcase: Showcase) -> list[Thread]:
    """The comments with their answers, oldest first."""
    rows = list(
        ReviewComment.objects.visible_to(actor)
        .filter(subject=showcase)
        .order_by("created_at", "pk")
    )
    for row in rows:
        row.subject = showcase
    names = _names(actor, showcase, ((row.author_id, row.as_role) for row in rows))
    threads = []
    for row in rows:
        if row.answers_id is not None:
            continue
        replies = tuple(
            (reply, names[reply.author_id, reply.as_role])
            for reply in rows
            if reply.answers_id == row.pk
        )
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


def history_of(actor: Actor, showcase: Showcase) -> list[HistoryLine]:
    """Every step that was ever taken, newest first, with all reasons."""
    records = list(
        ShowcaseTransition.objects.visible_to(actor)
        .filter(subject=showcase)
        .order_by("-at", "-pk")
    )
    names = _names(
        actor, showcase, ((record.actor_id, record.as_role) for record in records)
    )
    labels = _step_words()
    return [
        HistoryLine(record, labels[record.verb], names[record.actor_id, record.as_role])
        for record in records
    ]


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


def _names(
    actor: Actor, showcase: Showcase, people: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """What each person is called for this reader: their name if the reader may see it, else organization or role."""
    wanted = set(people)
    visible = {
        user.pk: str(user)
        for user in get_user_model()
        .objects.visible_to(actor)
        .filter(pk__in={pk for pk, _role in wanted})
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


@dataclass(frozen=True, slots=True)
class Answer:
    """One field as it was written: running text with its length, or the labels that were chosen."""

    label: Any
    text: str = ""
    items: tuple[str, ...] = ()
    words: int = 0


def answers_of(revision: ShowcaseRevision) -> list[tuple[Section, list[Answer]]]:
    """What was written, section by section, in the order of the form."""
    return [
        (
            section,
            [
                _answer(revision, question)
                for question in section.fields
                if question.name != "project"
            ],
        )
        for section in WRITTEN
    ]


def _answer(revision: ShowcaseRevision, question: Field) -> Answer:
    if question.kind is Kind.MANY:
        labels = tuple(str(row) for row in getattr(revision, question.name).all())
        return Answer(question.label, items=labels)
    text = _as_text(revision, question)
    words = count_words(text) if question.kind is Kind.TEXT else 0
    return Answer(question.label, text=text, words=words)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field in two revisions, as text: a choice is written out as its labels."""

    label: Any
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def compare_revisions(
    before: ShowcaseRevision, after: ShowcaseRevision
) -> list[tuple[Section, list[FieldDifference]]]:
    """The difference between two revisions, section by section, in the order of the form."""
    compared = []
    for section in WRITTEN:
        fields = []
        for question in section.fields:
            if question.name == "project":
                continue
            fields.append(
                FieldDifference(
                    question.label,
                    _as_text(before, question),
                    _as_text(after, question),
                )
            )
        compared.append((section, fields))
    return compared


def _as_text(revision: ShowcaseRevision, question: Field) -> str:
    if question.kind is Kind.MANY:
        return ", ".join(
            sorted(str(row) for row in getattr(revision, question.name).all())
        )
    if question.kind is Kind.FLAG:
        return _("Yes") if getattr(revision, question.name) else _("No")
    if question.kind is Kind.CHOICE:
        return str(getattr(revision, f"get_{question.name}_display")())
    return getattr(revision, question.name)


def revisions_of(actor: Actor, showcase: Showcase) -> list[ShowcaseRevision]:
    """The revisions the actor may read, oldest first."""
    return list(
        ShowcaseRevision.objects.visible_to(actor)
        .filter(showcase=showcase)
        .prefetch_related("districts", "themes", "target_groups")
        .order_by("number")
    )
