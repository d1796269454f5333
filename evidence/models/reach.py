"""The published figures of participation: decided once a period, stored, and read by every page, file and the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from core.access import Role, StaffOnlyQuerySet, VisibleQuerySet

if TYPE_CHECKING:
    from core.access import Actor


class ReachReleaseQuerySet(VisibleQuerySet):
    """What stands is for everybody: it holds no count that may not be printed. What it replaced, for who checks it.

    Two releases of one period tell more than one does, so only those who read every count anyway read both.
    """

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            return self
        return self.standing()

    def standing(self) -> Self:
        return self.filter(replaced_at=None)


class ReachRelease(models.Model):
    """All figures of one closed period (docs/adr/0012). What is stored never changes; a correction is another row.

    `frame` is the list of places, groups and months that the figures are of, `figures` what may be printed of each.
    `records` holds counts of activities and organizations, which are no people. While `paused_at` is set every figure is
    withheld; the places in `closed_provinces` are withheld below the province.
    """

    starts_on = models.DateField()
    ends_on = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    taken_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    closed_provinces = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    frame = models.JSONField()
    figures = models.JSONField()
    records = models.JSONField()
    is_demo = models.BooleanField(default=False)

    objects = ReachReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="reach_release_ends_after_start"),
            # Two releases with a month in common could be subtracted.
            ExclusionConstraint(
                name="one_standing_reach_release_a_month",
                expressions=[
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                condition=Q(replaced_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"reach {self.starts_on} to {self.ends_on}, edition {self.edition}"


class ReachClosureQuerySet(StaffOnlyQuerySet):
    """Which record closed a place is for the officer and reviewers: it may be held."""

    readers = (Role.REVIEWER, Role.DATA_PROTECTION_OFFICER)


class ReachClosure(models.Model):
    """A place whose figures are withheld, because a record they rest on left the public. Without a province: all places."""

    release = models.ForeignKey(ReachRelease, on_delete=models.CASCADE, related_name="closures")
    province = models.CharField(max_length=12, blank=True)
    activity_uuid = models.UUIDField()
    closed_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, blank=True)

    objects = ReachClosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "activity_uuid"], condition=Q(reopened_at=None), name="reach_closed_once_a_record"
            )
        ]
