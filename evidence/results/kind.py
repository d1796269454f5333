"""What is special to results among the records: what is missing before they are sent, and how a reviewer reads them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import find_personal_data
from evidence.items.selectors import items_of
from evidence.models import (
    Aggregation,
    Baseline,
    Result,
    ResultCell,
    ResultRevision,
    ResultTransition,
    ResultValue,
    Target,
)
from evidence.models.safety import Kind
from evidence.records.kinds import Gap, RecordKind
from evidence.results.figures import Entry, entry_of
from evidence.results.words import period_words, print_entry, print_parts

if TYPE_CHECKING:
    from core.access import Actor

#: Further from the target than this asks for a comment (domain.md, section 4).
FAR_ABOVE, FAR_BELOW = Decimal("1.5"), Decimal("0.5")
CUMULATIVE = frozenset({Aggregation.LATEST, Aggregation.MAX})


def gaps_of(record: Result, revision: ResultRevision) -> list[Gap]:
    """What is missing before a submission: the rules of domain.md, section 4, in the order of the page."""
    entry = entry_of(revision)
    found: list[Gap] = []
    if entry.figure is None:
        return [Gap("value", _("The figure is missing."))]
    period = record.period
    if period.ends_on >= timezone.localdate():
        found.append(
            Gap("value", _("The period ends on %(day)s. Send it after that.") % {"day": date_format(period.ends_on)})
        )
    found += _baseline_gaps(record)
    if not entry.comment:
        found += _comment_gaps(record, entry)
    found += [Gap("comment", data.sentence) for data in find_personal_data(entry.comment)]
    found += [Gap("note", data.sentence) for data in find_personal_data(entry.change_note)]
    if is_correction(record, revision):
        if not entry.change_reason:
            found.append(Gap("reason", _("The figure was verified before. Say why it changes.")))
        if period.locked_at and not entry.change_note:
            found.append(Gap("note", _("A report uses this period. Say in a line what changed.")))
    return found


def is_correction(record: Result, revision: ResultRevision) -> bool:
    """Whether an earlier revision was verified, or a report has used the period, and the figure is another now."""
    earlier = (
        record.revisions.filter(number__lt=revision.number, verified_at__isnull=False)
        .select_related("figure")
        .order_by("-number")
        .first()
    )
    if earlier is None:
        return False
    return entry_of(earlier).figure != entry_of(revision).figure


def _baseline_gaps(record: Result) -> list[Gap]:
    baseline = Baseline.objects.filter(project_indicator=record.project_indicator_id).first()
    if baseline is None:
        return [Gap("value", _("The baseline, or the reason why there is none, is missing. The programme enters it."))]
    if baseline.measured_on and baseline.measured_on > record.period.ends_on:
        return [Gap("value", _("The baseline was measured after this period. Ask the programme to correct it."))]
    return []


def _comment_gaps(record: Result, entry: Entry) -> list[Gap]:
    assert entry.figure is not None
    found = []
    if record.project_indicator.indicator.aggregation in CUMULATIVE:
        before = previous_revision(record)
        fell_from = entry_of(before).figure if before else None
        if fell_from is not None and entry.figure < fell_from:
            found.append(Gap("comment", _("It fell since the last period. Say why.")))
    target = Target.objects.filter(
        project_indicator=record.project_indicator_id, period=record.period_id, district=record.district_id
    ).first()
    if target and target.value > 0:
        share = entry.figure / target.value
        if share > FAR_ABOVE or share < FAR_BELOW:
            found.append(Gap("comment", _("It is far from the target of the period. Say why.")))
    return found


def previous_revision(record: Result) -> ResultRevision | None:
    """What was reported for the period before: the newest revision that was sent."""
    return (
        ResultRevision.objects.filter(
            record__project_indicator=record.project_indicator_id,
            record__district=record.district_id,
            record__is_held=False,
            record__period__ends_on__lt=record.period.starts_on + timedelta(days=1),
            submitted_at__isnull=False,
        )
        .select_related("figure", "record__period")
        .order_by("-record__period__ends_on", "-number")
        .first()
    )


def title_of(record: Result, revision: ResultRevision) -> str:
    """Which indicator, which period, where."""
    title = _("%(code)s %(indicator)s, %(period)s") % {
        "code": record.project_indicator.indicator.code,
        "indicator": record.project_indicator.indicator,
        "period": period_words(record.period),
    }
    return f"{title}, {record.district}" if record.district_id else title


def claim_of(actor: Actor, record: Result, revision: ResultRevision) -> dict[str, Any]:
    """The figure beside what came before, the target and the baseline; for those who may read it as it was entered."""
    indicator = record.project_indicator.indicator
    figure = ResultValue.objects.visible_to(actor).filter(revision=revision).first()
    entry = entry_of(revision) if figure else None
    before = (
        ResultRevision.objects.visible_to(actor)
        .filter(record=record, number__lt=revision.number, submitted_at__isnull=False)
        .select_related("figure")
        .order_by("-number")
        .first()
    )
    readable = set(
        ResultValue.objects.visible_to(actor)
        .filter(revision__record__project_indicator=record.project_indicator_id)
        .values_list("revision_id", flat=True)
    )
    earlier = (
        ResultRevision.objects.filter(
            pk__in=readable,
            record__project_indicator=record.project_indicator_id,
            record__district=record.district_id,
            record__period__ends_on__lt=record.period.starts_on,
            submitted_at__isnull=False,
        )
        .select_related("figure", "record__period")
        .order_by("record_id", "-number")
        .distinct("record_id")
    )
    rows = sorted(earlier, key=lambda row: row.record.period.ends_on)
    target = (
        Target.objects.visible_to(actor)
        .filter(project_indicator=record.project_indicator_id, period=record.period_id, district=record.district_id)
        .first()
    )
    return {
        "indicator": indicator,
        "entry": entry,
        "shown": print_entry(indicator, entry) if entry else "",
        "parts": print_parts(indicator, entry)
        if entry and ResultCell.objects.visible_to(actor).filter(revision=revision).exists()
        else [],
        "before": print_entry(indicator, entry_of(before)) if before and before.pk in readable else "",
        "before_at": before.submitted_at if before else None,
        "earlier": [(period_words(row.record.period), print_entry(indicator, entry_of(row))) for row in rows],
        "target": target.value if target else None,
        "baseline": Baseline.objects.visible_to(actor).filter(project_indicator=record.project_indicator_id).first()
        if figure
        else None,
        "period": record.period,
        "items": items_of(actor, revision),
    }


def texts_of(revision: ResultRevision) -> list[tuple[Any, str]]:
    """What is compared word by word between two revisions; figures are shown beside each other instead."""
    field = ResultRevision._meta.get_field
    return [
        (field("comment").verbose_name, revision.comment),  # type: ignore[union-attr]
        (field("change_reason").verbose_name, str(revision.get_change_reason_display())),  # type: ignore[union-attr]
        (field("change_note").verbose_name, revision.change_note),  # type: ignore[union-attr]
    ]


KIND = RecordKind(
    kind=Kind.RESULT,
    record=Result,
    revision=ResultRevision,
    transition=ResultTransition,
    label=gettext_lazy("Result"),
    label_plural=gettext_lazy("Results"),
    page="evidence:result",
    edit_page="evidence:result_edit",
    claim_template="evidence/results/claim.html",
    title=title_of,
    claim=claim_of,
    texts=texts_of,
    gaps=gaps_of,
    parts=("figure", "cells"),
    not_copied=frozenset({"change_reason", "change_note"}),
)
