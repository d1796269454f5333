"""Organizations and projects for partners: the published profile, never contacts, registration or budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from rest_framework import serializers

from core.access import Scope
from core.api.filters import TrueOrFalseFilter
from core.api.read import ReadViewSet, Related, Rows
from core.geography import District, Province
from core.terms import Term
from organizations.models import Organization, Project, ProjectPartner

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor


class OrganizationReferenceSerializer(serializers.Serializer):
    """An organization where another record names it."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    name_ur = serializers.CharField(allow_blank=True)


def codes(relation: str, model: type, parent: str, column: str) -> Rows:
    """The codes of a many-to-many relation as a list; vocabularies and places are public."""
    through = getattr(model, relation).through

    def rows(actor: Actor) -> QuerySet:
        return through.objects.all()

    return Rows(
        serializers.CharField(),
        queryset=rows,
        match=f"{parent}_id",
        order_by=(f"{column}__code",),
        flat=f"{column}__code",
    )


class OrganizationSerializer(serializers.Serializer):
    """A member CSO or other body of the programme."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    name_ur = serializers.CharField(allow_blank=True)
    acronym = serializers.CharField(allow_blank=True)
    type = serializers.CharField(source="type.code", help_text="vocabulary partner_type")
    is_member = serializers.BooleanField(help_text="a civil society organization of the programme")
    mission = serializers.CharField(allow_blank=True)
    mission_ur = serializers.CharField(allow_blank=True)
    founded_year = serializers.IntegerField(allow_null=True)
    website = serializers.CharField(allow_blank=True, help_text="address of a web page")
    public_email = serializers.CharField(allow_blank=True, help_text="e-mail address")
    public_phone = serializers.CharField(allow_blank=True)
    headquarters = serializers.CharField(source="headquarters.code", allow_null=True, help_text="district code")
    languages = serializers.ListField(child=serializers.CharField(), help_text="vocabulary language")
    is_women_led = serializers.BooleanField()
    is_youth_led = serializers.BooleanField()
    is_disability_led = serializers.BooleanField()
    districts = codes("districts", Organization, "organization", "district")
    themes = codes("themes", Organization, "organization", "term")
    target_groups = codes("target_groups", Organization, "organization", "term")
    is_demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class OrganizationFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    type = django_filters.ModelChoiceFilter(queryset=Term.objects.of("partner_type"), to_field_name="code")
    theme = django_filters.ModelChoiceFilter(
        field_name="themes", queryset=Term.objects.of("pve_theme"), to_field_name="code"
    )
    target_group = django_filters.ModelChoiceFilter(
        field_name="target_groups",
        queryset=Term.objects.of("target_group"),
        to_field_name="code",
    )
    district = django_filters.ModelChoiceFilter(
        field_name="districts", queryset=District.objects.all(), to_field_name="code"
    )
    province = django_filters.ModelChoiceFilter(
        field_name="districts__province",
        queryset=Province.objects.all(),
        to_field_name="code",
        distinct=True,
    )
    is_member = TrueOrFalseFilter()
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Organization
        fields = [
            "type",
            "theme",
            "target_group",
            "district",
            "province",
            "is_member",
            "updated_since",
        ]


class OrganizationViewSet(ReadViewSet):
    """Organizations whose profile is public."""

    scope = Scope.ORGANIZATIONS
    lookup_field = "slug"
    serializer_class = OrganizationSerializer
    filterset_class = OrganizationFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Organization.objects.visible_to(actor)


class ProjectPartnerSerializer(serializers.Serializer):
    """Another organization in the project and its role (vocabulary project_role)."""

    organization = Related(OrganizationReferenceSerializer())
    role = serializers.CharField(source="role.code")


def _partners(actor: Actor) -> QuerySet:
    return ProjectPartner.objects.visible_to(actor)


class ProjectSerializer(serializers.Serializer):
    """A project of the programme. Budgets are not part of the API."""

    code = serializers.SlugField()
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    summary = serializers.CharField(allow_blank=True)
    summary_ur = serializers.CharField(allow_blank=True)
    objectives = serializers.CharField(allow_blank=True)
    approach = serializers.CharField(allow_blank=True)
    programme = serializers.CharField(source="programme.code")
    organization = Related(OrganizationReferenceSerializer())
    partners = Rows(
        ProjectPartnerSerializer(),
        queryset=_partners,
        match="project_id",
        order_by=("pk",),
    )
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=Project.Status.values, help_text="IATI ActivityStatus")
    districts = codes("districts", Project, "project", "district")
    is_online = serializers.BooleanField()
    themes = codes("themes", Project, "project", "term")
    target_groups = codes("target_groups", Project, "project", "term")
    npve_pillars = codes("npve_pillars", Project, "project", "term")
    sdg_targets = codes("sdg_targets", Project, "project", "term")
    gender_marker = serializers.IntegerField(allow_null=True, help_text="OECD-DAC 0, 1 or 2")
    disability_marker = serializers.IntegerField(allow_null=True, help_text="OECD-DAC 0, 1 or 2")
    is_demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class ProjectFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    organization = django_filters.CharFilter(field_name="organization__slug")
    status = django_filters.ChoiceFilter(choices=Project.Status.choices)
    theme = django_filters.ModelChoiceFilter(
        field_name="themes", queryset=Term.objects.of("pve_theme"), to_field_name="code"
    )
    target_group = django_filters.ModelChoiceFilter(
        field_name="target_groups",
        queryset=Term.objects.of("target_group"),
        to_field_name="code",
    )
    district = django_filters.ModelChoiceFilter(
        field_name="districts", queryset=District.objects.all(), to_field_name="code"
    )
    province = django_filters.ModelChoiceFilter(
        field_name="districts__province",
        queryset=Province.objects.all(),
        to_field_name="code",
        distinct=True,
    )
    updated_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Project
        fields = [
            "organization",
            "status",
            "theme",
            "target_group",
            "district",
            "province",
            "updated_since",
        ]


class ProjectViewSet(ReadViewSet):
    """Listed projects."""

    scope = Scope.PROJECTS
    lookup_field = "code"
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Project.objects.visible_to(actor)
