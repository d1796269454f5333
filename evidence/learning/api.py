"""Lessons, challenges and innovations for partners: what is published, with how strong its evidence is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from rest_framework import serializers

from core.access import Scope
from core.api.read import One, ReadViewSet, Related, Rows
from core.geography import District, Province
from core.terms import Term
from evidence.activities.api import EvidenceSerializer
from evidence.models import (
    Activity,
    Challenge,
    ChallengeRevision,
    EvidenceItem,
    EvidenceLevel,
    Innovation,
    InnovationRevision,
    Lesson,
    LessonRevision,
    Uptake,
)
from organizations.api import OrganizationReferenceSerializer, codes
from organizations.models import Project

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor

    Revision = type[LessonRevision | ChallengeRevision | InnovationRevision]


def _projects(actor: Actor) -> QuerySet:
    return Project.objects.visible_to(actor)


def _evidence_of(revision: Revision) -> Rows:
    through = revision.evidence.through

    def rows(actor: Actor) -> QuerySet:
        return through.objects.filter(evidenceitem__in=EvidenceItem.objects.visible_to(actor))

    return Rows(
        EvidenceSerializer(),
        queryset=rows,
        match=f"{revision._meta.model_name}_id",
        order_by=("evidenceitem_id",),
        path="evidenceitem__",
    )


def _activities_of(revision: Revision) -> Rows:
    through = revision.activities.through

    def rows(actor: Actor) -> QuerySet:
        return through.objects.filter(activity__in=Activity.objects.visible_to(actor).live())

    return Rows(
        serializers.UUIDField(),
        queryset=rows,
        match=f"{revision._meta.model_name}_id",
        order_by=("activity__uuid",),
        flat="activity__uuid",
    )


class UptakeSerializer(serializers.Serializer):
    """An organization that reused it."""

    organization = Related(OrganizationReferenceSerializer())
    district = serializers.CharField(source="district.code", allow_null=True, help_text="district code")
    used_on = serializers.DateField()
    note = serializers.CharField()


def _uptakes(actor: Actor) -> QuerySet:
    return Uptake.objects.visible_to(actor)


class TextSerializer(serializers.Serializer):
    """What the texts of the three kinds share."""

    language = serializers.ChoiceField(choices=["en", "ur"])
    title = serializers.CharField()
    title_ur = serializers.CharField(allow_blank=True)
    body = serializers.CharField()


class LessonTextSerializer(TextSerializer):
    """The published text of a lesson."""

    type = serializers.ChoiceField(choices=LessonRevision.Type.values, help_text="vocabulary lesson_type")
    theme = serializers.CharField(source="theme.code", allow_null=True, help_text="vocabulary lesson_theme")
    context = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    what_we_did = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)
    recommendation = serializers.CharField()
    for_whom = serializers.CharField(allow_blank=True)
    replicability = serializers.CharField(allow_blank=True)
    districts = codes("districts", LessonRevision, "lessonrevision", "district")
    themes = codes("themes", LessonRevision, "lessonrevision", "term")
    activities = _activities_of(LessonRevision)
    evidence = _evidence_of(LessonRevision)


class ChallengeTextSerializer(TextSerializer):
    """The published text of a challenge."""

    category = serializers.CharField(source="category.code", allow_null=True, help_text="vocabulary challenge_category")
    severity = serializers.CharField(source="severity.code", allow_null=True, help_text="vocabulary severity")
    resolution = serializers.CharField(
        source="resolution.code", allow_null=True, help_text="vocabulary resolution_status"
    )
    effect = serializers.CharField(allow_blank=True)
    response = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField(allow_blank=True)
    support_needed = serializers.CharField(allow_blank=True)
    began_on = serializers.DateField(allow_null=True)
    districts = codes("districts", ChallengeRevision, "challengerevision", "district")
    themes = codes("themes", ChallengeRevision, "challengerevision", "term")
    activities = _activities_of(ChallengeRevision)
    evidence = _evidence_of(ChallengeRevision)


class InnovationTextSerializer(TextSerializer):
    """The published text of an innovation."""

    type = serializers.CharField(source="type.code", allow_null=True, help_text="vocabulary innovation_type")
    maturity = serializers.CharField(
        source="maturity.code", allow_null=True, help_text="vocabulary innovation_maturity"
    )
    problem = serializers.CharField(allow_blank=True)
    what_is_new = serializers.CharField()
    cost_note = serializers.CharField(allow_blank=True)
    how_to_replicate = serializers.CharField(allow_blank=True)
    safeguards = serializers.CharField(allow_blank=True)
    districts = codes("districts", InnovationRevision, "innovationrevision", "district")
    themes = codes("themes", InnovationRevision, "innovationrevision", "term")
    activities = _activities_of(InnovationRevision)
    evidence = _evidence_of(InnovationRevision)


class LearningSerializer(serializers.Serializer):
    """What published lessons, challenges and innovations share."""

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
    evidence_level = serializers.ChoiceField(choices=EvidenceLevel.values, help_text="vocabulary evidence_level")


class LessonSerializer(LearningSerializer):
    """A published lesson."""

    text = Related(LessonTextSerializer(), path="published_revision")
    reused_by = Rows(UptakeSerializer(), queryset=_uptakes, match="lesson_id", order_by=("-used_on", "pk"))
    published_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField()


class ChallengeSerializer(LearningSerializer):
    """A published challenge."""

    text = Related(ChallengeTextSerializer(), path="published_revision")
    published_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField()


class InnovationSerializer(LearningSerializer):
    """A published innovation."""

    text = Related(InnovationTextSerializer(), path="published_revision")
    reused_by = Rows(UptakeSerializer(), queryset=_uptakes, match="innovation_id", order_by=("-used_on", "pk"))
    published_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField()


class LearningFilter(django_filters.FilterSet):
    """Closed list of filters that the three kinds share; codes that do not exist are refused."""

    organization = django_filters.CharFilter(field_name="organization__slug")
    project = django_filters.CharFilter(field_name="project__code")
    evidence_level = django_filters.ChoiceFilter(choices=EvidenceLevel.choices)
    theme = django_filters.ModelChoiceFilter(
        field_name="published_revision__themes",
        queryset=Term.objects.of("pve_theme"),
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


SHARED = ["organization", "project", "evidence_level", "theme", "district", "province", "published_since"]


class LessonFilter(LearningFilter):
    """Filters of lessons."""

    type = django_filters.ChoiceFilter(field_name="published_revision__type", choices=LessonRevision.Type.choices)

    class Meta:
        model = Lesson
        fields = [*SHARED, "type"]


class ChallengeFilter(LearningFilter):
    """Filters of challenges."""

    category = django_filters.ModelChoiceFilter(
        field_name="published_revision__category",
        queryset=Term.objects.of("challenge_category"),
        to_field_name="code",
    )

    class Meta:
        model = Challenge
        fields = [*SHARED, "category"]


class InnovationFilter(LearningFilter):
    """Filters of innovations."""

    type = django_filters.ModelChoiceFilter(
        field_name="published_revision__type",
        queryset=Term.objects.of("innovation_type"),
        to_field_name="code",
    )
    maturity = django_filters.ModelChoiceFilter(
        field_name="published_revision__maturity",
        queryset=Term.objects.of("innovation_maturity"),
        to_field_name="code",
    )

    class Meta:
        model = Innovation
        fields = [*SHARED, "type", "maturity"]


class LearningViewSet(ReadViewSet):
    """What the three resources share."""

    scope = Scope.LEARNING
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class LessonViewSet(LearningViewSet):
    """Lessons that are published now."""

    serializer_class = LessonSerializer
    filterset_class = LessonFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Lesson.objects.visible_to(actor).live()


class ChallengeViewSet(LearningViewSet):
    """Challenges that are published now."""

    serializer_class = ChallengeSerializer
    filterset_class = ChallengeFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Challenge.objects.visible_to(actor).live()


class InnovationViewSet(LearningViewSet):
    """Innovations that are published now."""

    serializer_class = InnovationSerializer
    filterset_class = InnovationFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Innovation.objects.visible_to(actor).live()
