"""What is special about lessons, challenges and innovations on their way from a draft to publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import WrongState
from core.text import find_personal_data
from evidence.items.levels import evidence_level
from evidence.items.selectors import items_of
from evidence.learning import policies
from evidence.learning.likeness import settle_likeness
from evidence.learning.shapes import SHAPES, Shape
from evidence.models import EvidenceLevel, Kind
from evidence.records.kinds import Gap, RecordKind

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor

#: Domain.md, 2.4: from here on an innovation needs evidence of two kinds.
PROVEN_RANK = 3


def _gaps(shape: Shape) -> Any:
    def gaps(record: Any, revision: Any) -> list[Gap]:
        found = [
            Gap(name, _("“%(field)s” is empty.") % {"field": label_of(shape, name)})
            for name in shape.required
            if not getattr(revision, f"{name}_id" if name in shape.choices else name)
        ]
        found += [
            Gap(name, data.sentence)
            for name in ("title", "title_ur", *shape.texts, *shape.lines)
            for data in find_personal_data(getattr(revision, name))
        ]
        return found

    return gaps


def level_of(revision: Any) -> EvidenceLevel:
    """How strong the evidence of a revision is, whoever asks: the level says nothing of the items themselves."""
    return evidence_level(revision.evidence.filter(is_held=False).select_related("type"))


def before_publishing_innovation(record: Any, revision: Any, at: datetime) -> None:
    """What is called proven or more rests on evidence of two kinds."""
    rank = revision.maturity.extra.get("rank", 0) if revision.maturity else 0
    if rank >= PROVEN_RANK and level_of(revision) < EvidenceLevel.E3:
        raise WrongState(_("An innovation that is called proven needs two kinds of evidence (E3). Return it."))


def _after_publishing(shape: Shape) -> Any:
    def after(record: Any, revision: Any, at: datetime) -> None:
        """Grade what is published now, and look for what says nearly the same."""
        record.evidence_level = level_of(revision)
        record.save(update_fields=["evidence_level"])
        settle_likeness(shape, record)

    return after


def label_of(shape: Shape, name: str) -> Any:
    field: Any = shape.revision._meta.get_field(name)
    return field.verbose_name


def word_of(shape: Shape, revision: Any, name: str) -> str:
    """A choice in the reader's words."""
    value = getattr(revision, f"get_{name}_display")() if name in shape.own_choices else getattr(revision, name)
    return str(value or "")


def facts_of(shape: Shape, revision: Any) -> list[tuple[Any, Any]]:
    """What stands in the definition list: choices, short answers and days."""
    chosen = [(label_of(shape, name), word_of(shape, revision, name)) for name in (*shape.own_choices, *shape.choices)]
    lines = [(label_of(shape, name), getattr(revision, name)) for name in (*shape.lines, *shape.dates)]
    return [(label, value) for label, value in (*chosen, *lines) if value]


def answers_of(shape: Shape, revision: Any) -> list[tuple[Any, str]]:
    """The running texts that are not empty."""
    return [(label_of(shape, name), getattr(revision, name)) for name in shape.texts if getattr(revision, name)]


def texts_of(shape: Shape, revision: Any) -> list[tuple[Any, str]]:
    """What is compared word by word between two revisions."""
    names = ("title", "title_ur", *shape.texts, *shape.lines)
    listed = [
        (label_of(shape, name), ", ".join(str(row) for row in getattr(revision, name).all()))
        for name in ("districts", "themes")
    ]
    chosen = [(label_of(shape, name), word_of(shape, revision, name)) for name in (*shape.own_choices, *shape.choices)]
    return [*((label_of(shape, name), getattr(revision, name)) for name in names), *chosen, *listed]


def _claim(shape: Shape) -> Any:
    def claim(actor: Actor, record: Any, revision: Any) -> dict[str, Any]:
        submitted = None
        if revision.is_validation:
            readable = shape.revision.objects.visible_to(actor).filter(record=record, is_validation=False)
            submitted = readable.exclude(submitted_at=None).order_by("-number").first()
        before = dict(texts_of(shape, submitted)) if submitted else {}
        items = items_of(actor, revision)
        return {
            "shape": shape,
            "facts": facts_of(shape, revision),
            "answers": answers_of(shape, revision),
            "as_submitted": submitted,
            "compared_wording": [
                {"label": label, "before": before.get(label, ""), "after": text}
                for label, text in texts_of(shape, revision)
                if submitted and before.get(label, "") != text
            ],
            "items": items,
            "level": evidence_level(items),
            "may_validate": policies.can_validate(actor, record),
        }

    return claim


def _kind(shape: Shape) -> RecordKind:
    innovation: dict[str, Any] = (
        {"before_publishing": before_publishing_innovation} if shape.kind == Kind.INNOVATION else {}
    )
    return RecordKind(
        kind=shape.kind,
        record=shape.record,
        revision=shape.revision,
        transition=shape.transition,
        label=shape.label,
        label_plural=shape.label_plural,
        page=f"evidence:{shape.kind}",
        edit_page=f"evidence:{shape.kind}_edit",
        claim_template="evidence/learning/claim.html",
        title=lambda record, revision: revision.display_title,
        claim=_claim(shape),
        texts=lambda revision: texts_of(shape, revision),
        gaps=_gaps(shape),
        # The database fills the first; the second is said of one revision.
        not_copied=frozenset({"search", "is_validation"}),
        after_publishing=_after_publishing(shape),
        **innovation,
    )


KINDS = [_kind(shape) for shape in SHAPES.values()]
