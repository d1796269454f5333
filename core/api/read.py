"""The read path: one SQL query builds the JSON of a whole page, and Python only passes it on.

A resource declares its fields once, as a DRF serializer. From it come both the OpenAPI schema and the SQL expression;
no model instance is made and no field is touched in Python (design note: `docs/api.md`, measured in `bench/`).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import (
    Case,
    F,
    Func,
    JSONField,
    OuterRef,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.cache import patch_cache_control, patch_vary_headers
from rest_framework import mixins, serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.access import Actor
from core.api.actors import actor_of
from core.api.filters import require_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Expression, Model, QuerySet
    from django.http import HttpResponseBase
    from rest_framework.request import Request


class Computed(serializers.Field):
    """A field whose SQL expression is not simply a column. `child` describes it in the schema."""

    def __init__(self, expression: Expression, child: serializers.Field) -> None:
        super().__init__(read_only=True)
        self.expression = expression
        self.child = child


class Related(serializers.Field):
    """A to-one relation as an object, or null. `path` is the relation's name on the row."""

    def __init__(self, serializer: serializers.Serializer, *, path: str = "") -> None:
        super().__init__(read_only=True, allow_null=True)
        self.child = serializer
        self.path = path


class Rows(serializers.Field):
    """A to-many relation as a list, read in the same query.

    `queryset(actor)` gives the rows the actor may see, unfiltered by parent; `match` is the lookup on those rows that
    must equal the parent's `outer` column; `order_by` makes the list's order unique. `flat` makes it a list of one
    column's values; `path` (`organization__`) lets the serializer describe what the rows point to.
    """

    def __init__(
        self,
        serializer: serializers.Serializer | serializers.Field,
        *,
        queryset: Callable[[Actor], QuerySet],
        match: str,
        order_by: tuple[str, ...],
        outer: str = "pk",
        flat: str = "",
        path: str = "",
    ) -> None:
        super().__init__(read_only=True)
        self.child = serializer
        self.queryset = queryset
        self.match = match
        self.order_by = order_by
        self.outer = outer
        self.flat = flat
        self.path = path


class One(Rows):
    """A to-one relation whose row the actor may not see; it is null then."""


class JsonText(Func):
    """An object in the order of its fields. Django's JSONObject makes a jsonb, which sorts them and is written twice."""

    function = "JSON_BUILD_OBJECT"
    output_field = JSONField()


def json_of(serializer: serializers.Serializer, actor: Actor, prefix: str = "") -> JsonText:
    """The SQL expression that builds one object of a serializer."""
    fields = ((Value(name), _expression(name, field, actor, prefix)) for name, field in serializer.fields.items())
    return JsonText(*chain.from_iterable(fields))


def _expression(name: str, field: serializers.Field, actor: Actor, prefix: str) -> Any:
    if isinstance(field, Computed):
        return field.expression
    if isinstance(field, Related):
        path = prefix + (field.path or name)
        return Case(
            When(**{f"{path}__isnull": True}, then=Value(None)),
            default=json_of(field.child, actor, f"{path}__"),
            output_field=JSONField(),
        )
    if isinstance(field, Rows):
        rows = field.queryset(actor).filter(**{field.match: OuterRef(prefix + field.outer)}).order_by(*field.order_by)
        many = ArraySubquery if not isinstance(field, One) else _first
        if field.flat:
            return many(rows.values(field.flat))
        return many(rows.annotate(json=json_of(field.child, actor, field.path)).values("json"))
    return F(prefix + (field.source or name).replace(".", "__"))


def _first(rows: QuerySet) -> Subquery:
    return Subquery(rows[:1])


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """A read-only resource. A subclass names its scope, serializer, filter set and rows.

    `rows(actor)` returns what the actor may see of what is published. `lookup_field` is a unique column: the address
    of a record, and the order of the list.
    """

    scope: ClassVar[str]
    lookup_value_regex = "[-A-Za-z0-9_]{1,80}"

    def rows(self, actor: Actor) -> QuerySet:
        """Published rows that the actor may see."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        if getattr(self, "swagger_fake_view", False):
            return self.rows(Actor.visitor())
        return self.rows(actor_of(self.request))

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """What a key reads is for its holder: a cache between us gives it to nobody else."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(answer, ["Authorization"])
        patch_cache_control(answer, private=True)
        return answer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self._as_json(self.filter_queryset(self.get_queryset())))
        return self.get_paginated_response([orjson.Fragment(row["json"]) for row in page])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        require_known(request, frozenset())
        rows = self._as_json(self.get_queryset().filter(**{self.lookup_field: kwargs[self.lookup_field]}))
        row = rows.first()
        if row is None:
            raise Http404
        return Response(orjson.Fragment(row["json"]))

    def _as_json(self, rows: QuerySet) -> QuerySet:
        sql, params = record_sql(rows.model, self.get_serializer_class(), actor_of(self.request))
        record = RawSQL(sql, params, output_field=TextField())  # noqa: S611 - Django wrote it; values are parameters
        return rows.order_by(self.lookup_field).annotate(json=record).values(self.lookup_field, "json")


@lru_cache(maxsize=1024)
def record_sql(
    model: type[Model], serializer_class: type[serializers.Serializer], actor: Actor
) -> tuple[str, tuple[Any, ...]]:
    """The sub-select that writes one record as JSON text, by the primary key of the row it stands beside.

    Writing SQL from the declaration takes longer than PostgreSQL needs for a page, so it is kept for each actor's rights.
    What is kept is the question, never an answer: the rows, and whether the actor may see them, are read every time.
    """
    record = model._base_manager.filter(pk=OuterRef("pk")).values(
        json=Cast(json_of(serializer_class(), actor), TextField())
    )
    query = model._base_manager.annotate(json=Subquery(record)).query
    sql, params = query.get_compiler(DEFAULT_DB_ALIAS).compile(query.annotations["json"])
    return sql, tuple(params)
