"""Roadmaps and their actions for partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from rest_framework import serializers

from core.access import Scope
from core.api.actors import actor_of
from core.api.read import One, ReadViewSet, Rows
from core.terms import Term
from organizations.api import OrganizationReferenceSerializer
from organizations.models import Organization
from partnerships.models import Action, ActionPartner, Pillar, Roadmap, RoadmapEndorsement

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor


class PillarSerializer(serializers.Serializer):
    """A pillar (vocabulary roadmap_pillar)."""

    code = serializers.CharField(source="term.code")
    objective = serializers.CharField(allow_blank=True)
    objective_ur = serializers.CharField(allow_blank=True)


def _pillars(actor: Actor) -> QuerySet:
    return Pillar.objects.visible_to(actor)


class EndorsementSerializer(serializers.Serializer):
    """NACTA's endorsement that holds. A higher edition of the roadmap means that it has changed since."""

    office = serializers.CharField()
    edition = serializers.IntegerField()
    endorsed_at = serializers.DateTimeField()


def _endorsements(actor: Actor) -> QuerySet:
    return RoadmapEndorsement.objects.visible_to(actor).filter(withdrawn_at=None)


class RoadmapSerializer(serializers.Serializer):
    """A published roadmap."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    vision = serializers.CharField(allow_blank=True)
    vision_ur = serializers.CharField(allow_blank=True)
    programme = serializers.CharField(source="programme.code")
    starts_on = serializers.DateField()
    pillars = Rows(
        PillarSerializer(),
        queryset=_pillars,
        match="roadmap_id",
        order_by=("position", "pk"),
    )
    edition = serializers.IntegerField(help_text="counts the changes of what the roadmap says")
    endorsement = One(
        EndorsementSerializer(),
        queryset=_endorsements,
        match="subject_id",
        order_by=("-endorsed_at", "-pk"),
    )
    is_demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class RoadmapViewSet(ReadViewSet):
    """Published roadmaps."""

    scope = Scope.ROADMAP
    lookup_field = "slug"
    serializer_class = RoadmapSerializer

    def rows(self, actor: Actor) -> QuerySet:
        return Roadmap.objects.visible_to(actor).filter(is_published=True)


def _organizations(actor: Actor) -> QuerySet:
    return Organization.objects.visible_to(actor)


def _partners(actor: Actor) -> QuerySet:
    return ActionPartner.objects.visible_to(actor)


class ActionSerializer(serializers.Serializer):
    """One action. An action without lead, horizon, indicator or target is incomplete."""

    id = serializers.IntegerField()
    roadmap = serializers.CharField(source="pillar.roadmap.slug")
    pillar = serializers.CharField(source="pillar.term.code")
    code = serializers.CharField()
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    description_ur = serializers.CharField(allow_blank=True)
    horizon = serializers.CharField(source="horizon.code", allow_null=True, help_text="vocabulary roadmap_horizon")
    priority = serializers.CharField(source="priority.code", allow_null=True, help_text="vocabulary priority")
    status = serializers.CharField(source="status.code", help_text="vocabulary action_status")
    lead = One(
        OrganizationReferenceSerializer(),
        queryset=_organizations,
        match="pk",
        outer="lead_id",
        order_by=("pk",),
    )
    partners = Rows(
        OrganizationReferenceSerializer(),
        queryset=_partners,
        match="action_id",
        path="organization__",
        order_by=("organization__slug",),
    )
    npve_pillar = serializers.CharField(source="npve_pillar.code", allow_null=True, help_text="vocabulary npve_pillar")
    indicator = serializers.CharField(allow_blank=True)
    target = serializers.CharField(allow_blank=True)
    resources = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    is_demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class ActionFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    roadmap = django_filters.CharFilter(field_name="pillar__roadmap__slug")
    pillar = django_filters.ModelChoiceFilter(
        field_name="pillar__term",
        queryset=Term.objects.of("roadmap_pillar"),
        to_field_name="code",
    )
    horizon = django_filters.ModelChoiceFilter(queryset=Term.objects.of("roadmap_horizon"), to_field_name="code")
    status = django_filters.ModelChoiceFilter(queryset=Term.objects.of("action_status"), to_field_name="code")
    lead = django_filters.CharFilter(method="led_by")
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Action
        fields = ["roadmap", "pillar", "horizon", "status", "lead", "updated_since"]

    def led_by(self, rows: QuerySet, name: str, slug: str) -> QuerySet:
        """By a lead that the record shows: a hidden one is not to be found by trying slugs."""
        return rows.filter(lead__in=_organizations(actor_of(self.request)).filter(slug=slug))


class ActionViewSet(ReadViewSet):
    """Actions of published roadmaps."""

    scope = Scope.ROADMAP
    lookup_field = "id"
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = ActionSerializer
    filterset_class = ActionFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Action.objects.visible_to(actor).filter(pillar__roadmap__is_published=True)
