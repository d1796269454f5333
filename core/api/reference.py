"""The reference data as endpoints: districts and vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from rest_framework import serializers

from core.access import Scope
from core.api.read import ReadViewSet, Related, Rows
from core.geography import District, Division, Province
from core.terms import Term

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor


class ProvinceSerializer(serializers.Serializer):
    """A province or territory, by our code (ISO 3166-2)."""

    code = serializers.CharField()
    name_en = serializers.CharField()
    name_ur = serializers.CharField()
    kind = serializers.ChoiceField(choices=Province.Kind.values)


class DivisionSerializer(serializers.Serializer):
    """A division, with the column and row of its tile."""

    code = serializers.CharField()
    name_en = serializers.CharField()
    name_ur = serializers.CharField()
    tile_column = serializers.IntegerField()
    tile_row = serializers.IntegerField()


class DistrictSerializer(serializers.Serializer):
    """A district. Join by `code`; OCHA's `pcode` is an attribute, because OCHA renumbers. The point is the headquarters."""

    code = serializers.CharField()
    pcode = serializers.CharField(allow_null=True)
    name_en = serializers.CharField()
    name_ur = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    headquarters = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    population = serializers.IntegerField(allow_null=True)
    division = Related(DivisionSerializer())
    province = Related(ProvinceSerializer())


class DistrictFilter(django_filters.FilterSet):
    """Districts of a province or a division."""

    province = django_filters.ModelChoiceFilter(queryset=Province.objects.all(), to_field_name="code")
    division = django_filters.ModelChoiceFilter(queryset=Division.objects.all(), to_field_name="code")

    class Meta:
        model = District
        fields = ["province", "division"]


class DistrictViewSet(ReadViewSet):
    """The districts of Pakistan, with division and province."""

    scope = Scope.GEOGRAPHY
    lookup_field = "code"
    serializer_class = DistrictSerializer
    filterset_class = DistrictFilter

    def rows(self, actor: Actor) -> QuerySet:
        return District.objects.visible_to(actor)


class TermSerializer(serializers.Serializer):
    """One entry of a vocabulary. An Urdu label that no native reader has accepted yet says so."""

    code = serializers.CharField()
    label_en = serializers.CharField()
    label_ur = serializers.CharField(allow_blank=True)
    is_ur_reviewed = serializers.BooleanField()
    retired_on = serializers.DateField(allow_null=True)


def _terms(actor: Actor) -> QuerySet:
    return Term.objects.visible_to(actor)


class VocabularySerializer(serializers.Serializer):
    """A controlled vocabulary and its terms, in order."""

    vocabulary = serializers.CharField()
    terms = Rows(
        TermSerializer(),
        queryset=_terms,
        match="vocabulary",
        outer="vocabulary",
        order_by=("position", "pk"),
    )


class VocabularyViewSet(ReadViewSet):
    """The controlled vocabularies that codes in other resources come from."""

    scope = Scope.VOCABULARIES
    lookup_field = "vocabulary"
    serializer_class = VocabularySerializer

    def rows(self, actor: Actor) -> QuerySet:
        return Term.objects.visible_to(actor).filter(position=0)
