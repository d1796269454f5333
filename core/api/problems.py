"""Errors as RFC 9457 problem documents (`application/problem+json`)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def problem(
    *,
    status: int,
    detail: str,
    instance: str,
    errors: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    """The body of a problem document. `type` is `about:blank`, so `title` is the status in words."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    if errors:
        body["errors"] = errors
    return body


def problem_response(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: None lets a real bug through to Django, which logs it and answers 500."""
    path = context["request"].path
    if isinstance(exception, DomainError):
        body = problem(status=exception.status, detail=str(exception), instance=path)
        return Response(body, status=exception.status, content_type=CONTENT_TYPE)
    answer = exception_handler(exception, context)
    if answer is None:
        return None
    errors = None
    if isinstance(exception, exceptions.ValidationError):
        errors = _errors(exception.detail)
        detail = _("One or more parameters cannot be used: %(names)s.") % {"names": ", ".join(errors)}
    elif isinstance(exception, Http404):
        detail = _("There is no such record, or it is not published.")
    elif isinstance(exception, PermissionDenied):
        detail = _("This is not allowed.")
    else:
        detail = str(exception.detail) if isinstance(exception, exceptions.APIException) else str(exception)
    body = problem(status=answer.status_code, detail=detail, instance=path, errors=errors)
    headers = {name: value for name, value in answer.items() if name.lower() != "content-type"}
    return Response(body, status=answer.status_code, headers=headers, content_type=CONTENT_TYPE)


def plain_problem(request: HttpRequest, *, status: int, detail: str) -> HttpResponse:
    """A problem document outside DRF: an address under /api/ that nobody serves, or a failure."""
    body = problem(status=status, detail=detail, instance=request.path)
    return HttpResponse(orjson.dumps(body), status=status, content_type=CONTENT_TYPE)


def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    return plain_problem(
        request,
        status=404,
        detail=_("There is no such address. See %(path)s.") % {"path": "/api/v1/docs/"},
    )


def _errors(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {str(name): [str(one) for one in _as_list(messages)] for name, messages in detail.items()}
    return {"non_field_errors": [str(one) for one in _as_list(detail)]}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
