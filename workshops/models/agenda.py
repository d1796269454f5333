"""Workshops and their agenda. Overlaps in a room or of a presenter are refused by the database itself."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, Sensitivity, VisibleQuerySet
from core.terms import Term
from core.text import in_own_language
from organizations.models import Programme

if TYPE_CHECKING:
    from core.access import Actor


class TsTzRange(Func):
    """`tstzrange(starts_at, ends_at)`, half open, so that one session may start when another ends."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class WorkshopQuerySet(VisibleQuerySet):
    """A published workshop is public; one in preparation is for those who run it and for the CSOs of the programme."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.NACTA, Role.REVIEWER):
            return self
        if actor.is_partner:
            return self.filter(
                Q(is_published=True, sensitivity__in=actor.readable_sensitivities()) | Q(is_open_for_showcases=True)
            )
        return self.filter(is_published=True, sensitivity__in=actor.readable_sensitivities())


class Workshop(models.Model):
    """An event of the programme. `is_published` shows the agenda to everyone."""

    slug = models.SlugField(max_length=80, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="workshops")
    title = models.CharField(_("Title"), max_length=200)
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    summary = models.TextField(_("Summary"), blank=True)
    summary_ur = models.TextField(_("Summary in Urdu"), blank=True)
    venue = models.CharField(_("Venue"), max_length=160, blank=True)
    venue_ur = models.CharField(_("Venue in Urdu"), max_length=160, blank=True)
    starts_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))
    submission_deadline = models.DateTimeField(_("Showcases are due by"))
    is_open_for_showcases = models.BooleanField(_("Open for showcases"), default=True)
    is_published = models.BooleanField(_("Agenda is public"), default=False)
    sensitivity = models.CharField(max_length=12, choices=Sensitivity, default=Sensitivity.PUBLIC)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="workshop_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return in_own_language(self.title, self.title_ur)

    @property
    def display_summary(self) -> str:
        return in_own_language(self.summary, self.summary_ur)

    @property
    def display_venue(self) -> str:
        return in_own_language(self.venue, self.venue_ur)


class AgendaQuerySet(VisibleQuerySet):
    """The agenda is public with its workshop. A CSO that may already write a showcase for a workshop does not see it yet."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.NACTA, Role.REVIEWER):
            return self
        return self.filter(
            workshop__is_published=True,
            workshop__sensitivity__in=actor.readable_sensitivities(),
        )


class WorkshopDay(models.Model):
    """A day of a workshop."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="days")
    held_on = models.DateField(_("Date"))
    title = models.CharField(_("Title"), max_length=120, blank=True)
    title_ur = models.CharField(_("Title in Urdu"), max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgendaQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "held_on"], name="day_once_a_workshop")]

    def __str__(self) -> str:
        return in_own_language(self.title, self.title_ur) or self.held_on.isoformat()


class Room(models.Model):
    """A room of the venue."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("Name"), max_length=80)
    name_ur = models.CharField(_("Name in Urdu"), max_length=80, blank=True)
    capacity = models.PositiveIntegerField(_("Seats"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AgendaQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workshop", "name"], name="room_name_once_a_workshop")]

    def __str__(self) -> str:
        return in_own_language(self.name, self.name_ur)


class Session(models.Model):
    """A session of the agenda, of a type in the vocabulary `session_type`; a break is a session without a type.

    `uuid` is its name in calendars, and comes with the form that adds it, so that a double click adds one session.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="sessions")
    day = models.ForeignKey(
        WorkshopDay,
        verbose_name=_("Day"),
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    room = models.ForeignKey(
        Room,
        verbose_name=_("Room"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    type = models.ForeignKey(
        Term,
        verbose_name=_("Type"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    title = models.CharField(_("Title"), max_length=200)
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    description = models.TextField(_("Description"), blank=True)
    description_ur = models.TextField(_("Description in Urdu"), blank=True)
    starts_at = models.DateTimeField(_("Start"))
    ends_at = models.DateTimeField(_("End"))
    is_break = models.BooleanField(_("Break"), default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AgendaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(
                condition=Q(is_break=True) | Q(type__isnull=False),
                name="session_has_a_type",
            ),
            ExclusionConstraint(
                name="room_holds_one_session_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(room__isnull=False),
            ),
            # Target of the foreign key by which a presenter's slot follows the times of its session.
            models.UniqueConstraint(fields=["id", "starts_at", "ends_at"], name="session_times"),
        ]

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return in_own_language(self.title, self.title_ur)

    @property
    def display_description(self) -> str:
        return in_own_language(self.description, self.description_ur)


class OfVisibleSession(FollowingQuerySet):
    """Rows that follow their session."""

    follows = ("session",)


class Placement(models.Model):
    """A showcase's place in a session: a showcase is presented once.

    `version` counts on with every change of its place, also when another showcase pushes it along.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="placements")
    showcase = models.OneToOneField("workshops.Showcase", on_delete=models.CASCADE, related_name="placement")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=10)
    version = models.PositiveIntegerField(default=1)

    objects = OfVisibleSession.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"],
                name="placement_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]


class PresenterSlot(models.Model):
    """When a presenter is on stage. The times are the session's: a composite foreign key keeps them equal.

    The exclusion constraint refuses a presenter in two places at once.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="presenter_slots")
    presenter = models.ForeignKey("workshops.Presenter", on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = OfVisibleSession.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "presenter"], name="presenter_once_a_session"),
            ExclusionConstraint(
                name="presenter_is_in_one_place_at_a_time",
                expressions=[
                    ("presenter", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
