"""What is special to activities among the records: what is missing before they are sent, and how a reviewer reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import WrongState
from core.retraction import retract
from evidence.activities import rules
from evidence.activities.selectors import claim_of
from evidence.activities.services import facts_of, frame_of
from evidence.models import Activity, ActivityRevision, ActivityTransition
from evidence.models.safety import Kind
from evidence.records.kinds import Gap, RecordKind

if TYPE_CHECKING:
    from datetime import datetime


def gaps_of(record: Activity, revision: ActivityRevision) -> list[Gap]:
    """What is missing before a submission."""
    turnout = getattr(revision, "turnout", None)
    facts = facts_of(
        revision,
        attendances=turnout.attendances if turnout else None,
        media_reach=turnout.media_reach if turnout else None,
        evidence_count=revision.evidence.count(),
        theme_count=revision.themes.count(),
    )
    assert record.project is not None
    return rules.gaps(facts, frame_of(record.project), today=timezone.localdate())


def refuse_coming(record: Activity, revision: ActivityRevision, at: datetime) -> None:
    """The day and district of a coming event are not published: people who meet must not be waited for."""
    if revision.status == ActivityRevision.Status.PLANNED or revision.starts_on > timezone.localdate(at):
        raise WrongState(
            _("Coming activities are not published, for the safety of those who meet. Publish it once it took place.")
        )


def keep_live_day(record: Activity, revision: ActivityRevision, at: datetime) -> None:
    """The list for everyone is ordered by the first day of what is published."""
    record.live_on = revision.starts_on
    record.save(update_fields=["live_on"])


def tell_the_apps_above(record: Activity, revision: ActivityRevision, at: datetime) -> None:
    """Figures that rest on what is not live any more are withheld in the same transaction."""
    retract(kind=Kind.ACTIVITY, uuid=record.uuid, at=at)


def texts_of(revision: ActivityRevision) -> list[tuple[Any, str]]:
    """What is compared word by word between two revisions."""
    field: Any = ActivityRevision._meta.get_field
    listed = {
        name: ", ".join(str(row) for row in getattr(revision, name).all()) for name in ("themes", "drivers", "partners")
    }
    days = f"{date_format(revision.starts_on, 'DATE_FORMAT')} – {date_format(revision.ends_on, 'DATE_FORMAT')}"
    return [
        (field("title").verbose_name, revision.title),
        (field("title_ur").verbose_name, revision.title_ur),
        (field("type").verbose_name, str(revision.type)),
        (field("status").verbose_name, str(revision.get_status_display())),
        (field("status_note").verbose_name, revision.status_note),
        (gettext_lazy("Days"), days),
        (field("district").verbose_name, str(revision.district or "")),
        (field("district_note").verbose_name, revision.district_note),
        (field("setting").verbose_name, str(revision.setting or "")),
        (field("description").verbose_name, revision.description),
        (field("methods").verbose_name, revision.methods),
        *((field(name).verbose_name, text) for name, text in listed.items()),
    ]


KIND = RecordKind(
    kind=Kind.ACTIVITY,
    record=Activity,
    revision=ActivityRevision,
    transition=ActivityTransition,
    label=gettext_lazy("Activity"),
    label_plural=gettext_lazy("Activities"),
    page="evidence:activity",
    edit_page="evidence:activity_edit",
    claim_template="evidence/activities/claim.html",
    title=lambda record, revision: revision.display_title,
    claim=claim_of,
    texts=texts_of,
    gaps=gaps_of,
    parts=("turnout", "participation", "site", "cost"),
    before_publishing=refuse_coming,
    after_publishing=keep_live_day,
    after_withdrawing=tell_the_apps_above,
)
