"""Filters that fail closed: a parameter nobody knows answers 400 and is named, instead of returning everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django import forms
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Set

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView

PAGING = frozenset({"cursor", "page_size"})


class TrueOrFalseField(forms.Field):
    """`true` or `false`. Django's own field reads anything else as "not asked"."""

    def to_python(self, value: str | None) -> bool | None:
        if value in self.empty_values:
            return None
        try:
            return {"true": True, "false": False}[str(value).lower()]
        except KeyError:
            raise forms.ValidationError(_("Use true or false."), code="invalid") from None


class TrueOrFalseFilter(django_filters.BooleanFilter):
    """A filter for a yes or no that refuses every other word."""

    field_class = TrueOrFalseField


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter, with parameters refused that are unknown or given twice."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        filterset_class = self.get_filterset_class(view, queryset)
        require_known(request, set(filterset_class.base_filters if filterset_class else ()) | PAGING)
        if set(request.query_params) <= PAGING:
            return queryset
        return super().filter_queryset(request, queryset, view)


def require_known(request: Request, known: Set[str]) -> None:
    """Raise ValidationError, naming them, for parameters that are not `known` or are given twice."""
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        said = (
            _("Unknown parameter. Known are: %(known)s.") % {"known": ", ".join(sorted(known))}
            if known
            else _("Unknown parameter. There are none here.")
        )
        raise ValidationError({name: [said] for name in unknown})
    repeated = sorted(name for name, values in request.query_params.lists() if len(values) > 1)
    if repeated:
        raise ValidationError({name: [_("Give this parameter once.")] for name in repeated})
