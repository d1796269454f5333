"""What is special about lessons, challenges and innovations on their way from a draft to publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.errors import WrongState
from core.text import find_personal_data
from evidence.items.selectors import items_of
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


def before_publishing_innovation(record: Any, revision: Any, at: datetime) -> None:
    """What is called proven or more rests on evidence of two kinds."""
    rank = revision.maturity.extra.get("rank", 0) if revision.maturity else 0
    if rank >= PROVEN_RANK and record.evidence_level < EvidenceLevel.E3:
        raise WrongState(_("An innovation that is called proven needs two kinds of evidence (E3). Return it."))


def label_of(shape: Shape, name: str) -> Any:
    field: Any = shape.revision._meta.get_field(name)
    return field.verbose_name


def _claim(shape: Shape) -> Any:
    def claim(actor: Actor, record: Any, revision: Any) -> dict[str, Any]:
        submitted = record.revisions.filter(is_validation=False, submitted_at__isnull=False).order_by("-number").first()
        return {
            "answers": [(label_of(shape, name), getattr(revision, name)) for name in shape.texts],
            "terms": [(label_of(shape, name), getattr(revision, name)) for name in shape.choices],
            "as_submitted": submitted if revision.is_validation else None,
            "items": items_of(actor, revision),
        }

    return claim


def _texts(shape: Shape) -> Any:
    return lambda revision: [(label_of(shape, name), getattr(revision, name)) for name in ("title", *shape.texts)]


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
        page="evidence:learning",
        edit_page="evidence:learning_edit",
        page_arguments=lambda record: [shape.kind.value, record.uuid],
        claim_template="evidence/learning/claim.html",
        title=lambda record, revision: revision.display_title,  # type: ignore[attr-defined]
        claim=_claim(shape),
        texts=_texts(shape),
        gaps=_gaps(shape),
        **innovation,
    )


KINDS = [_kind(shape) for shape in SHAPES.values()]
