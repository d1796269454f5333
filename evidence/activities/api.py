"""Activities for partners: what is published, with its evidence as far as that was released, and never a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from rest_framework import serializers

from core.access import Scope
from core.api.read import One, ReadViewSet, Related, Rows
from core.geography import District, Province
from core.terms import Term
from evidence.models import Activity, ActivityRevision, EvidenceItem
from organizations.api import OrganizationReferenceSerializer, codes
from organizations.models import Organization, Project

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor


def _projects(actor: Actor) -> QuerySet:
    return Project.objects.visible_to(actor)


def _partners(actor: Actor) -> QuerySet:
    through = ActivityRevision.partners.through
    return through.objects.filter(organization__in=Organization.objects.visible_to(actor))


def _evidence(actor: Actor) -> QuerySet:
    through = ActivityRevision.evidence.through
    return through.objects.filter(evidenceitem__in=EvidenceItem.objects.visible_to(actor))


class EvidenceSerializer(serializers.Serializer):
    """A piece of evidence that the organization released."""

    uuid = serializers.UUIDField()
    type = serializers.CharField(source="type.code", help_text="vocabulary evidence_type")
    title = serializers.CharField()
    happened_on = serializers.DateField(allow_null=True)
    url = serializers.CharField(allow_blank=True, help_text="address, where it is a link and not a file")


class ActivityTextSerializer(serializers.Serializer):
    """The published revision of an activity."""

    language = serializers.ChoiceField(choices=["en", "ur"])
    type = serializers.CharField(source="type.code", help_text="vocabulary activity_type")
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=ActivityRevision.Status.values, help_text="vocabulary activity_status")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    district = serializers.CharField(source="district.code", allow_null=True, help_text="district code")
    setting = serializers.CharField(source="setting.code", allow_null=True, help_text="vocabulary setting")
    description = serializers.CharField(allow_blank=True)
    methods = serializers.CharField(allow_blank=True)
    themes = codes("themes", ActivityRevision, "activityrevision", "term")
    drivers = codes("drivers", ActivityRevision, "activityrevision", "term")
    partners = Rows(
        serializers.SlugField(),
        queryset=_partners,
        match="activityrevision_id",
        order_by=("organization__slug",),
        flat="organization__slug",
    )
    evidence = Rows(
        EvidenceSerializer(),
        queryset=_evidence,
        match="activityrevision_id",
        order_by=("evidenceitem_id",),
        path="evidenceitem__",
    )


class ActivitySerializer(serializers.Serializer):
    """A published activity. How many people took part is in `/reach/`, where small numbers are not shown."""

    uuid = serializers.UUIDField()
    code = serializers.CharField(help_text="the project's own number for it")
    organization = Related(OrganizationReferenceSerializer())
    project = One(
        serializers.SlugField(),
        queryset=_projects,
        match="pk",
        outer="project_id",
        order_by=("pk",),
        flat="code",
    )
    text = Related(ActivityTextSerializer(), path="published_revision")
    published_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField()


class ActivityFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    organization = django_filters.CharFilter(field_name="organization__slug")
    project = django_filters.CharFilter(field_name="project__code")
    type = django_filters.ModelChoiceFilter(
        field_name="published_revision__type",
        queryset=Term.objects.of("activity_type"),
        to_field_name="code",
    )
    theme = django_filters.ModelChoiceFilter(
        field_name="published_revision__themes",
        queryset=Term.objects.of("pve_theme"),
        to_field_name="code",
    )
    district = django_filters.ModelChoiceFilter(
        field_name="published_revision__district",
        queryset=District.objects.all(),
        to_field_name="code",
    )
    province = django_filters.ModelChoiceFilter(
        field_name="published_revision__district__province",
        queryset=Province.objects.all(),
        to_field_name="code",
    )
    starts_from = django_filters.DateFilter(field_name="published_revision__starts_on", lookup_expr="gte")
    starts_until = django_filters.DateFilter(field_name="published_revision__starts_on", lookup_expr="lte")
    published_since = django_filters.IsoDateTimeFilter(field_name="published_at", lookup_expr="gte")

    class Meta:
        model = Activity
        fields = [
            "organization",
            "project",
            "type",
            "theme",
            "district",
            "province",
            "starts_from",
            "starts_until",
            "published_since",
        ]


class ActivityViewSet(ReadViewSet):
    """Activities that are published now."""

    scope = Scope.ACTIVITIES
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Activity.objects.visible_to(actor).live()
