"""Indicators and results for partners: what is published, and for a figure that is not printed the reason.

The rule of the figures is that of `evidence.results.rollup.leaf_figure`, as an expression of the one query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.db.models import Case, CharField, DecimalField, F, FloatField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Round
from rest_framework import serializers

from core.access import Scope
from core.api.read import Computed, One, ReadViewSet, Related
from core.geography import District
from core.suppression import Detail, Reason
from core.suppression.figures import SMALLEST_BASE, THRESHOLD, WHOLE_PERCENT_BELOW
from evidence.models import Aggregation, Frequency, Indicator, Level, Result
from evidence.results.rollup import COUNTED_IN_ACTIVITIES, live_results
from organizations.api import OrganizationReferenceSerializer
from organizations.models import Project

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor

INDICATOR = "project_indicator__indicator__"
FIGURE = "published_revision__figure__"
NUMERATOR, DENOMINATOR = f"{FIGURE}numerator", f"{FIGURE}denominator"

_unit = {code: Q(**{f"{INDICATOR}unit__code": code}) for code in ("PERSON", "PERCENT", "SCORE")}
_withheld = _unit["PERSON"] & (
    Q(**{f"{INDICATOR}standard_code__in": sorted(COUNTED_IN_ACTIVITIES)})
    | Q(**{f"{INDICATOR}parent__standard_code__in": sorted(COUNTED_IN_ACTIVITIES)})
)
_small = _unit["PERSON"] & Q(**{f"{FIGURE}value__gt": 0, f"{FIGURE}value__lt": THRESHOLD})
_small_base = (_unit["PERCENT"] | _unit["SCORE"]) & Q(**{f"{DENOMINATOR}__lt": SMALLEST_BASE})
_small_part = _unit["PERCENT"] & (
    Q(**{f"{NUMERATOR}__gt": 0, f"{NUMERATOR}__lt": THRESHOLD})
    | Q(**{f"{NUMERATOR}__gt": F(DENOMINATOR) - THRESHOLD, f"{NUMERATOR}__lt": F(DENOMINATOR)})
)
_hidden = _withheld | _small | _small_base | _small_part

_share = 100.0 * Cast(F(NUMERATOR), FloatField()) / Cast(F(DENOMINATOR), FloatField())
_share_exact = Cast(_share, DecimalField(max_digits=14, decimal_places=4))


def _value() -> Case:
    """The printed value, or null. Percentages of fewer than fifty are whole."""
    return Case(
        When(_hidden, then=Value(None, FloatField())),
        When(
            _unit["PERCENT"] & Q(**{f"{DENOMINATOR}__lt": WHOLE_PERCENT_BELOW}),
            then=Cast(Round(_share_exact), FloatField()),
        ),
        When(
            _unit["PERCENT"],
            then=Cast(Round(_share_exact, precision=1), FloatField()),
        ),
        default=Cast(Round(F(f"{FIGURE}value"), precision=1), FloatField()),
        output_field=FloatField(),
    )


def _because(cases: dict[str, Q]) -> Case:
    return Case(
        *(When(condition, then=Value(word, CharField())) for word, condition in cases.items()),
        default=Value(None, CharField()),
        output_field=CharField(),
    )


_reason = _because({Reason.WITHHELD: _withheld, Reason.SUPPRESSED: _small | _small_base | _small_part})
_detail = _because(
    {Detail.BELOW_5: _small & ~_withheld, Detail.SMALL_BASE: _small_base, Detail.COMPLEMENTARY: _small_part}
)


class IndicatorSerializer(serializers.Serializer):
    """A standard indicator of the programme, or one that a project adapted (`parent`)."""

    code = serializers.SlugField()
    standard_code = serializers.CharField(allow_blank=True, help_text="code of the standard set")
    name = serializers.CharField()
    name_ur = serializers.CharField(allow_blank=True)
    level = serializers.ChoiceField(source="node.level", choices=Level.values, help_text="vocabulary result_level")
    result = serializers.CharField(source="node.statement", help_text="the statement that it measures")
    result_ur = serializers.CharField(source="node.statement_ur", allow_blank=True)
    unit = serializers.CharField(source="unit.code", help_text="vocabulary indicator_unit")
    aggregation = serializers.ChoiceField(choices=Aggregation.values, help_text="vocabulary aggregation")
    frequency = serializers.ChoiceField(choices=Frequency.values)
    disaggregations = serializers.ListField(child=serializers.CharField(), help_text="vocabulary disaggregation")
    higher_is_better = serializers.BooleanField()
    means_of_verification = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    method_note = serializers.CharField(allow_blank=True)
    parent = serializers.CharField(source="parent.code", allow_null=True)  # type: ignore[assignment]
    replaces = serializers.CharField(source="replaces.code", allow_null=True)
    is_demo = serializers.BooleanField()


class IndicatorFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    level = django_filters.ChoiceFilter(field_name="node__level", choices=Level.choices)
    frequency = django_filters.ChoiceFilter(choices=Frequency.choices)
    standard_code = django_filters.CharFilter()

    class Meta:
        model = Indicator
        fields = ["level", "frequency", "standard_code"]


class IndicatorViewSet(ReadViewSet):
    """What the programme measures."""

    scope = Scope.INDICATORS
    lookup_field = "code"
    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter

    def rows(self, actor: Actor) -> QuerySet:
        return Indicator.objects.visible_to(actor)


def _projects(actor: Actor) -> QuerySet:
    return Project.objects.visible_to(actor)


class ResultSerializer(serializers.Serializer):
    """A published result. `value` is null where a number would point at persons; `reason` and `detail` say why."""

    uuid = serializers.UUIDField()
    indicator = serializers.CharField(source="project_indicator.indicator.code")
    standard_indicator = Computed(
        Coalesce(F(f"{INDICATOR}parent__code"), F(f"{INDICATOR}code")),
        serializers.CharField(help_text="the standard indicator that it adds to"),
    )
    unit = serializers.CharField(source="project_indicator.indicator.unit.code", help_text="vocabulary indicator_unit")
    organization = Related(OrganizationReferenceSerializer())
    project = One(
        serializers.SlugField(),
        queryset=_projects,
        match="pk",
        outer="project_id",
        order_by=("pk",),
        flat="code",
    )
    frequency = serializers.ChoiceField(source="period.frequency", choices=Frequency.values)
    starts_on = serializers.DateField(source="period.starts_on")
    ends_on = serializers.DateField(source="period.ends_on")
    district = serializers.CharField(
        source="district.code", allow_null=True, help_text="district code; null for the whole project"
    )
    value = Computed(_value(), serializers.FloatField(allow_null=True))
    reason = Computed(
        _reason, serializers.ChoiceField(choices=[Reason.SUPPRESSED.value, Reason.WITHHELD.value], allow_null=True)
    )
    detail = Computed(
        _detail,
        serializers.ChoiceField(
            choices=[Detail.BELOW_5.value, Detail.SMALL_BASE.value, Detail.COMPLEMENTARY.value], allow_null=True
        ),
    )
    comment = serializers.CharField(source="published_revision.comment", allow_blank=True)
    change_reason = serializers.CharField(
        source="published_revision.change_reason",
        allow_blank=True,
        help_text="why a figure that was verified before is another now",
    )
    published_at = serializers.DateTimeField()
    is_demo = serializers.BooleanField()


class ResultFilter(django_filters.FilterSet):
    """Closed list of filters; codes that do not exist are refused."""

    indicator = django_filters.CharFilter(field_name="project_indicator__indicator__code")
    organization = django_filters.CharFilter(field_name="organization__slug")
    project = django_filters.CharFilter(field_name="project__code")
    district = django_filters.ModelChoiceFilter(queryset=District.objects.all(), to_field_name="code")
    starts_from = django_filters.DateFilter(field_name="period__starts_on", lookup_expr="gte")
    ends_until = django_filters.DateFilter(field_name="period__ends_on", lookup_expr="lte")
    published_since = django_filters.IsoDateTimeFilter(field_name="published_at", lookup_expr="gte")

    class Meta:
        model = Result
        fields = [
            "indicator",
            "organization",
            "project",
            "district",
            "starts_from",
            "ends_until",
            "published_since",
        ]


class ResultViewSet(ReadViewSet):
    """Results that are published now. Breakdowns of people are in `/reach/`, where small numbers are not shown."""

    scope = Scope.RESULTS
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    serializer_class = ResultSerializer
    filterset_class = ResultFilter

    def rows(self, actor: Actor) -> QuerySet:
        return live_results(actor)
