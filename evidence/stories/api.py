"""Stories for partners: published, while everybody in them consents to the interface, and in the redacted words only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from rest_framework import serializers

from core.access import Scope
from core.api.read import One, ReadViewSet, Related
from core.geography import Province
from core.terms import Term
from evidence.models import ConsentScope, Story
from organizations.api import OrganizationReferenceSerializer
from organizations.models import Project

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor


def _projects(actor: Actor) -> QuerySet:
    return Project.objects.visible_to(actor)


class StoryTextSerializer(serializers.Serializer):
    """The published text. All rights stay with the person who told it; take it down when it leaves this list."""

    language = serializers.ChoiceField(choices=["en", "ur"])
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    alias = serializers.CharField(allow_blank=True, help_text="the name shown, never the real one without consent")
    situation_before = serializers.CharField()
    what_changed = serializers.CharField()
    why_it_matters = serializers.CharField()
    contribution = serializers.CharField(allow_blank=True)
    quote = serializers.CharField(allow_blank=True)
    province = serializers.CharField(source="province.code", allow_null=True, help_text="province code")
    district = serializers.CharField(source="district.code", allow_null=True, help_text="only with consent to it")


class StorySerializer(serializers.Serializer):
    """A published story of change."""

    uuid = serializers.UUIDField()
    organization = Related(OrganizationReferenceSerializer())
    project = One(
        serializers.SlugField(),
        queryset=_projects,
        match="pk",
        outer="project_id",
        order_by=("pk",),
        flat="code",
    )
    domain = serializers.CharField(source="domain.code", help_text="vocabulary story_domain")
    anonymization = serializers.ChoiceField(choices=Story.Anonymization.values, help_text="vocabulary anonymization")
    evidence_level = serializers.CharField(help_text="vocabulary evidence_level")
    text = Related(StoryTextSerializer(), path="published_revision")
    published_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField()


class StoryFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    organization = django_filters.CharFilter(field_name="organization__slug")
    project = django_filters.CharFilter(field_name="project__code")
    domain = django_filters.ModelChoiceFilter(queryset=Term.objects.of("story_domain"), to_field_name="code")
    province = django_filters.ModelChoiceFilter(
        field_name="published_revision__province",
        queryset=Province.objects.all(),
        to_field_name="code",
    )
    published_since = django_filters.IsoDateTimeFilter(field_name="published_at", lookup_expr="gte")

    class Meta:
        model = Story
        fields = ["organization", "project", "domain", "province", "published_since"]


class StoryViewSet(ReadViewSet):
    """Stories that are published now, and whose people agreed to the programming interface."""

    scope = Scope.STORIES
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    serializer_class = StorySerializer
    filterset_class = StoryFilter

    def rows(self, actor: Actor) -> QuerySet:
        stories = Story.objects.visible_to(actor).live()
        return stories.filter(stories.allowing(ConsentScope.API))
