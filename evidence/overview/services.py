"""Deciding what is published of participation, and taking it away again.

A closed period is decided once. On the fixed dates it is decided again, and what comes out replaces the published
release only where the two together tell no more than each does (`core.suppression.may_replace`). What is held or
withdrawn takes the figures that rest on it away at once, in the transaction of whoever does it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from core import audit
from core.access import Actor
from core.suppression import Release, may_replace, publish
from core.workflow import State
from evidence.models import Activity, ActivityRevision, ActivityTransition, Kind, ReachClosure, ReachRelease
from evidence.overview.calendar import last_closed
from evidence.overview.families import NARROWER, NO_DISTRICT, frame_for, kinds_family, people_family
from evidence.overview.selectors import Part, part_of
from evidence.overview.snapshot import Snapshot, counted_activities, counted_revisions, take_snapshot

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

#: A figure of a place that rests on fewer other activities than this shows the one that left.
FEWEST_LEFT = 3
#: One renewal at a time, whoever asks; the number is this lock's alone.
LOCK = 62_011


def renew_reach(*, at: datetime) -> list[str]:
    """Do what is due, and nothing else: decide periods that have been closed, and try corrections on a fixed date.

    Returns what was done, in words for the operator. Safe to run at any time and twice.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                return ["Another renewal is running."]
        return [*_settle_closures(at), *_correct(at), *_decide_next(at)]


def close_what_rests_on(*, kind: str, uuid: UUID, at: datetime) -> None:
    """An activity left the public: withhold what could show it. Called by `core.retraction`, in its transaction."""
    if kind != Kind.ACTIVITY:
        return
    activity = Activity.objects.filter(pk__in=Activity.objects.filter(uuid=uuid)).first()
    if activity is None or counted_activities().filter(pk=activity.pk).exists():
        return
    for release in _standing().select_for_update():
        _close(release, activity, at)


# --- Deciding ---------------------------------------------------------------------------------------------------------


def _decide_next(at: datetime) -> list[str]:
    """The months from the last release, or the first activity, to the last closed quarter: one period, decided once."""
    ends_on = last_closed(timezone.localdate(at))
    newest = _standing().order_by("-ends_on").first()
    starts_on = _month_after(newest.ends_on) if newest else _first_month()
    if starts_on is None or starts_on > ends_on:
        return []
    snapshot = take_snapshot(starts_on, ends_on)
    if not snapshot.records["activities"]:
        return []
    frame = frame_for(starts_on, ends_on)
    for given_up in NARROWER:
        frame["given_up"] = given_up
        figures = decide(snapshot, frame, at)
        if not figures["people"]["is_nothing_safe"]:
            break
    release = _store(starts_on, ends_on, frame, snapshot, figures, at, edition=1)
    return [f"{release}: decided on {snapshot.records['activities']} activities."]


def _correct(at: datetime) -> list[str]:
    done = []
    closed = last_closed(timezone.localdate(at))
    for release in _standing().select_for_update().order_by("starts_on"):
        if last_closed(timezone.localdate(release.tried_at)) >= closed:
            continue
        release.tried_at = at
        release.save(update_fields=["tried_at"])
        done.append(_correct_one(release, at))
    return done


def _correct_one(release: ReachRelease, at: datetime) -> str:
    snapshot = take_snapshot(release.starts_on, release.ends_on)
    figures = decide(snapshot, release.frame, at)
    published = part_of(release)
    if figures == release.figures and snapshot.records == release.records and not release.paused_at:
        return f"{release}: nothing has changed."
    corrected = Part.of(release.frame, figures)
    if not (may_replace(published.people, corrected.people) and may_replace(published.kinds, corrected.kinds)):
        return f"{release}: what changed is too little to be printed; it waits for the next fixed date."
    release.replaced_at = at
    release.save(update_fields=["replaced_at"])
    again = _store(
        release.starts_on, release.ends_on, release.frame, snapshot, figures, at, edition=release.edition + 1
    )
    for closure in release.closures.filter(reopened_at=None):
        activity = Activity.objects.filter(uuid=closure.activity_uuid).first()
        # What is held stays out of sight below the province for as long as it is held, in every edition.
        if activity and activity.is_held:
            _close(again, activity, at)
    return f"{again}: corrected."


def decide(snapshot: Snapshot, frame: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What may be printed, as it is stored."""
    name = f"{at:%Y%m%d-%H%M%S}"
    people = publish(rows=snapshot.people, family=people_family(frame), snapshot=name)
    kinds = publish(rows=snapshot.kinds, family=kinds_family(frame), snapshot=name)
    # A second world of one family leaves the other as it is only while nobody comes or goes, which a printed total
    # makes sure of.
    if not (people.figure().is_shown and kinds.figure().is_shown):
        kinds.is_nothing_safe = True
    return {"people": _without_name(people), "kinds": _without_name(kinds)}


def _without_name(release: Release) -> dict[str, Any]:
    # Two snapshots with the same figures are the same; the moment stands in a column.
    return {**release.as_json(), "snapshot": ""}


def _store(
    starts_on: date,
    ends_on: date,
    frame: dict[str, Any],
    snapshot: Snapshot,
    figures: dict[str, Any],
    at: datetime,
    *,
    edition: int,
) -> ReachRelease:
    release = ReachRelease.objects.create(
        starts_on=starts_on,
        ends_on=ends_on,
        edition=edition,
        taken_at=at,
        tried_at=at,
        frame=frame,
        figures=figures,
        records=snapshot.records,
        is_demo=snapshot.is_demo,
    )
    audit.record(
        actor=Actor.operator(),
        action="reach.publish",
        row=release,
        at=at,
        edition=edition,
        activities=snapshot.records["activities"],
        organizations=snapshot.records["organizations"],
    )
    return release


def _standing() -> Any:
    return ReachRelease.objects.standing()


def _first_month() -> date | None:
    first = ActivityRevision.objects.filter(pk__in=counted_activities().values("published_revision_id")).aggregate(
        first=Min("starts_on")
    )["first"]
    return first.replace(day=1) if first else None


def _month_after(day: date) -> date:
    return date(day.year + (day.month == 12), day.month % 12 + 1, 1)


# --- Taking away ------------------------------------------------------------------------------------------------------


def _close(release: ReachRelease, activity: Activity, at: datetime) -> None:
    """Withhold what shows this activity in a release that counts it.

    A held one takes all figures below its province along; one that was withdrawn or archived only where fewer than
    three others are left of its district. Where fewer are left of the whole province, no figure is shown any more.
    """
    revision = _counted_revision(release, activity)
    if revision is None:
        return
    others = counted_revisions(release.starts_on, release.ends_on).exclude(record=activity)
    province = revision.district.province.code if revision.district else NO_DISTRICT
    in_province = (
        others.filter(district__province__code=province) if revision.district else others.filter(district=None)
    )
    if _is_few(in_province):
        _record_closure(release, activity, "", at)
    elif activity.is_held or _is_few(in_province.filter(district=revision.district)):
        _record_closure(release, activity, province, at)


def _is_few(rows: Any) -> bool:
    return len(rows.values("pk")[:FEWEST_LEFT]) < FEWEST_LEFT


def _counted_revision(release: ReachRelease, activity: Activity) -> ActivityRevision | None:
    """The revision that was live when the release was taken, if it is of its period."""
    published = ActivityTransition.objects.filter(
        subject=activity, to_state=State.PUBLISHED, at__lte=release.taken_at
    ).order_by("-at", "-pk")
    number = published.values_list("revision_number", flat=True).first()
    rows = activity.revisions.filter(starts_on__range=(release.starts_on, release.ends_on), verified_at__isnull=False)
    # Records that came in without a log, such as the demo programme, have one revision.
    rows = rows.filter(number=number) if number else rows.filter(saved_at__lte=release.taken_at)
    return rows.select_related("district__province").order_by("-number").first()


def _record_closure(release: ReachRelease, activity: Activity, province: str, at: datetime) -> None:
    closure, is_new = ReachClosure.objects.get_or_create(
        release=release, activity_uuid=activity.uuid, reopened_at=None, defaults={"province": province, "closed_at": at}
    )
    if not is_new and closure.province and not province:
        closure.province = ""
        closure.save(update_fields=["province"])
    _apply_closures(release, at)


def _apply_closures(release: ReachRelease, at: datetime) -> None:
    provinces = set(release.closures.filter(reopened_at=None).values_list("province", flat=True))
    release.paused_at = (release.paused_at or at) if "" in provinces else None
    release.closed_provinces = sorted(provinces - {""})
    release.save(update_fields=["paused_at", "closed_provinces"])
    audit.record(
        actor=Actor.operator(),
        action="reach.withhold",
        row=release,
        at=at,
        provinces=release.closed_provinces,
        is_paused=release.paused_at is not None,
    )


def _settle_closures(at: datetime) -> list[str]:
    """Open again what may be read again, and close what left without anybody saying so."""
    done = []
    for release in _standing().select_for_update():
        for activity in _gone_from(release):
            _close(release, activity, at)
        waiting = list(release.closures.filter(reopened_at=None))
        back = counted_activities().filter(uuid__in=[closure.activity_uuid for closure in waiting])
        uuids = set(back.values_list("uuid", flat=True))
        if uuids:
            release.closures.filter(reopened_at=None, activity_uuid__in=uuids).update(reopened_at=at)
            _apply_closures(release, at)
            done.append(f"{release}: shown again where a record came back.")
    return done


def _gone_from(release: ReachRelease) -> Any:
    """Activities that were published before the release was taken and are held or not live now."""
    known = release.closures.filter(reopened_at=None).values("activity_uuid")
    return (
        Activity.objects.exclude(pk__in=counted_activities().values("pk"))
        .exclude(uuid__in=known)
        .filter(revisions__starts_on__range=(release.starts_on, release.ends_on))
        .filter(is_held=True, published_at__lte=release.taken_at)
        .distinct()
    )
