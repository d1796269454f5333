"""Workshops, sessions and showcases for partners: what is published, and names only with the person's consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from rest_framework import serializers

from core.access import Scope
from core.api.read import One, ReadViewSet, Related, Rows
from core.geography import District, Province
from core.terms import Term
from organizations.api import OrganizationReferenceSerializer, codes
from organizations.models import Project
from workshops.models import (
    Placement,
    Room,
    Session,
    Showcase,
    ShowcasePresenter,
    ShowcaseRevision,
    Workshop,
    WorkshopDay,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor


class DaySerializer(serializers.Serializer):
    """A day of a workshop."""

    held_on = serializers.DateField()
    title = serializers.CharField(allow_blank=True)
    title_ur = serializers.CharField(allow_blank=True)


class RoomSerializer(serializers.Serializer):
    """A room of the venue."""

    name = serializers.CharField()
    name_ur = serializers.CharField(allow_blank=True)
    capacity = serializers.IntegerField(allow_null=True)


def _days(actor: Actor) -> QuerySet:
    return WorkshopDay.objects.visible_to(actor)


def _rooms(actor: Actor) -> QuerySet:
    return Room.objects.visible_to(actor)


class WorkshopSerializer(serializers.Serializer):
    """A published workshop."""

    slug = serializers.SlugField()
    programme = serializers.CharField(source="programme.code")
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    summary = serializers.CharField(allow_blank=True)
    summary_ur = serializers.CharField(allow_blank=True)
    venue = serializers.CharField(allow_blank=True)
    venue_ur = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    days = Rows(DaySerializer(), queryset=_days, match="workshop_id", order_by=("held_on", "pk"))
    rooms = Rows(RoomSerializer(), queryset=_rooms, match="workshop_id", order_by=("name", "pk"))
    is_demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class WorkshopViewSet(ReadViewSet):
    """Published workshops."""

    scope = Scope.WORKSHOPS
    lookup_field = "slug"
    serializer_class = WorkshopSerializer

    def rows(self, actor: Actor) -> QuerySet:
        return Workshop.objects.visible_to(actor).filter(is_published=True)


class PlacementSerializer(serializers.Serializer):
    """A showcase in a session, in the order of presenting."""

    showcase = serializers.UUIDField(source="showcase.uuid")
    organization = Related(OrganizationReferenceSerializer(), path="showcase__organization")
    minutes = serializers.IntegerField()


def _placements(actor: Actor) -> QuerySet:
    return Placement.objects.visible_to(actor).filter(showcase__in=Showcase.objects.visible_to(actor).live())


class SessionSerializer(serializers.Serializer):
    """A session of a published agenda. Times are UTC; the workshop's own zone is Asia/Karachi."""

    id = serializers.IntegerField()
    workshop = serializers.SlugField(source="workshop.slug")
    day = serializers.DateField(source="day.held_on")
    room = serializers.CharField(source="room.name", allow_null=True)
    type = serializers.CharField(source="type.code", allow_null=True, help_text="vocabulary session_type")
    is_break = serializers.BooleanField()
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    description_ur = serializers.CharField(allow_blank=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    showcases = Rows(
        PlacementSerializer(),
        queryset=_placements,
        match="session_id",
        order_by=("position", "pk"),
    )
    is_demo = serializers.BooleanField(source="workshop.is_demo")
    updated_at = serializers.DateTimeField()


class SessionFilter(django_filters.FilterSet):
    """Closed list of filters."""

    workshop = django_filters.CharFilter(field_name="workshop__slug")
    day = django_filters.DateFilter(field_name="day__held_on")
    type = django_filters.ModelChoiceFilter(queryset=Term.objects.of("session_type"), to_field_name="code")

    class Meta:
        model = Session
        fields = ["workshop", "day", "type"]


class SessionViewSet(ReadViewSet):
    """Sessions of published workshops."""

    scope = Scope.WORKSHOPS
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = SessionSerializer
    filterset_class = SessionFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Session.objects.visible_to(actor).filter(workshop__is_published=True)


class ShowcaseTextSerializer(serializers.Serializer):
    """The published text of a showcase, in the sections of the workshop."""

    language = serializers.ChoiceField(choices=["en", "ur"])
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    background = serializers.CharField()
    reach_note = serializers.CharField(allow_blank=True)
    is_online = serializers.BooleanField()
    focus_note = serializers.CharField(allow_blank=True)
    activities = serializers.CharField()
    innovations = serializers.CharField()
    challenges = serializers.CharField()
    lessons_worked = serializers.CharField()
    lessons_adapted = serializers.CharField()
    lessons_constraints = serializers.CharField()
    districts = codes("districts", ShowcaseRevision, "showcaserevision", "district")
    themes = codes("themes", ShowcaseRevision, "showcaserevision", "term")
    target_groups = codes("target_groups", ShowcaseRevision, "showcaserevision", "term")


class PresenterSerializer(serializers.Serializer):
    """A presenter who agreed to be named in public."""

    name = serializers.CharField()
    name_ur = serializers.CharField(allow_blank=True)
    position = serializers.CharField(allow_blank=True)


def _projects(actor: Actor) -> QuerySet:
    return Project.objects.visible_to(actor)


def _presenters(actor: Actor) -> QuerySet:
    return ShowcasePresenter.objects.visible_to(actor)


class ShowcaseSerializer(serializers.Serializer):
    """A published showcase."""

    uuid = serializers.UUIDField()
    workshop = serializers.SlugField(source="workshop.slug")
    organization = Related(OrganizationReferenceSerializer())
    project = One(
        serializers.SlugField(),
        queryset=_projects,
        match="pk",
        outer="project_id",
        order_by=("pk",),
        flat="code",
    )
    text = Related(ShowcaseTextSerializer(), path="published_revision")
    presenters = Rows(
        PresenterSerializer(),
        queryset=_presenters,
        match="showcase_id",
        order_by=("position", "pk"),
        path="presenter__",
    )
    published_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField()


class ShowcaseFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    workshop = django_filters.CharFilter(field_name="workshop__slug")
    organization = django_filters.CharFilter(field_name="organization__slug")
    theme = django_filters.ModelChoiceFilter(
        field_name="published_revision__themes",
        queryset=Term.objects.of("pve_theme"),
        to_field_name="code",
    )
    target_group = django_filters.ModelChoiceFilter(
        field_name="published_revision__target_groups",
        queryset=Term.objects.of("target_group"),
        to_field_name="code",
    )
    district = django_filters.ModelChoiceFilter(
        field_name="published_revision__districts",
        queryset=District.objects.all(),
        to_field_name="code",
    )
    province = django_filters.ModelChoiceFilter(
        field_name="published_revision__districts__province",
        queryset=Province.objects.all(),
        to_field_name="code",
        distinct=True,
    )
    published_since = django_filters.IsoDateTimeFilter(field_name="published_at", lookup_expr="gte")

    class Meta:
        model = Showcase
        fields = [
            "workshop",
            "organization",
            "theme",
            "target_group",
            "district",
            "province",
            "published_since",
        ]


class ShowcaseViewSet(ReadViewSet):
    """Showcases that are published now."""

    scope = Scope.SHOWCASES
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    serializer_class = ShowcaseSerializer
    filterset_class = ShowcaseFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Showcase.objects.visible_to(actor).live()
