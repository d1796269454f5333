"""Cursor pagination: stable under inserts, `page_size` up to 100, and a broken cursor or size answers 400."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError as InvalidValue
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request

#: What DRF reads from a cursor that says nothing.
NOTHING_SAID = Cursor(offset=0, reverse=False, position=None)


class StableCursorPagination(CursorPagination):
    """Pages in the order of the view's unique `lookup_field`."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        return (view.lookup_field,)

    def get_page_size(self, request: Request) -> int:
        value = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= self.max_page_size):
            raise ValidationError(
                {
                    self.page_size_query_param: [
                        _("Use a whole number from 1 to %(maximum)s.") % {"maximum": self.max_page_size}
                    ]
                }
            )
        return int(value)

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise self._broken() from None
        if cursor is None:
            return None
        # DRF reads what it cannot understand as the first page: whoever follows `next` would never come to the end.
        if cursor == NOTHING_SAID or (cursor.position is not None and "\x00" in cursor.position):
            raise self._broken()
        return cursor

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, InvalidValue):
            # The position cannot be a value of the key column: somebody wrote this cursor by hand.
            raise self._broken() from None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def _broken(self) -> ValidationError:
        return ValidationError(
            {self.cursor_query_param: [_("This cursor is broken. Start again from the first page.")]}
        )
