"""API clients and their keys, for programme managers and administrators."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import policies, selectors, services
from accounts.forms import SCOPE_LABELS, ApiClientForm, ApiKeyForm
from accounts.models import ApiClient, ApiKey
from core.access import Scope
from core.errors import Conflict, DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 50
USUAL_LIFE = timedelta(days=365)


def for_key_keepers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Anybody else finds nothing at this address."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.can_keep_keys(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@for_key_keepers
@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.api_clients(request.actor, at=timezone.now())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/client_list.html", {"page": page})


@for_key_keepers
@require_http_methods(["GET", "HEAD", "POST"])
def client_new(request: HttpRequest) -> HttpResponse:
    form = ApiClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            client = services.create_api_client(actor=request.actor, at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("name", str(refusal.message))
        else:
            return redirect("accounts:key_new", pk=client.pk)
    return render(
        request,
        "accounts/client_form.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@for_key_keepers
@require_safe
def client_detail(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(ApiClient.objects.visible_to(request.actor), pk=pk)
    keys = selectors.keys_of(request.actor, client)
    for key in keys:
        key.scope_labels = [SCOPE_LABELS[Scope(scope)] for scope in key.scopes]
    return render(request, "accounts/client.html", {"client": client, "keys": keys})


@for_key_keepers
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def key_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and once it is sent, the key: on this answer and nowhere else."""
    client = get_object_or_404(ApiClient.objects.visible_to(request.actor), pk=pk)
    if request.method == "POST":
        return _make_key(request, client)
    form = ApiKeyForm(
        initial={
            "scopes": [scope.value for scope in Scope],
            "expires_on": timezone.localdate() + USUAL_LIFE,
            "once": secrets.token_urlsafe(16),
        }
    )
    return render(request, "accounts/key_form.html", {"form": form, "client": client})


@reauthentication_required
def _make_key(request: HttpRequest, client: ApiClient) -> HttpResponse:
    form = ApiKeyForm(request.POST)
    if not form.is_valid():
        return render(
            request,
            "accounts/key_form.html",
            {"form": form, "client": client},
            status=422,
        )
    if not cache.add(f"key-form:{form.cleaned_data['once']}", True, 3600):
        raise Conflict(
            _(
                "This form has been sent before and its key was shown then. If the key is lost, revoke it and make another."
            )
        )
    key, plain = services.create_api_key(
        actor=request.actor,
        client_id=client.pk,
        scopes=form.cleaned_data["scopes"],
        expires_at=form.expires_at(),
        at=timezone.now(),
    )
    return render(
        request,
        "accounts/key_shown.html",
        {"client": client, "key": key, "plain": plain},
        status=201,
    )


@for_key_keepers
@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.visible_to(request.actor), pk=pk)
    services.revoke_api_key(actor=request.actor, pk=key.pk, at=timezone.now())
    messages.success(
        request,
        _("The key %(prefix)s… is revoked. Requests with it are refused from now on.") % {"prefix": key.prefix},
    )
    return redirect("accounts:client", pk=key.client_id)
