"""The administrators' pages: who has an account, and what they may do."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import policies, selectors, services
from accounts.forms import EmailForm, GrantRoleForm, RevokeRoleForm, UserFilterForm
from accounts.models import User
from core.access import Role
from core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 50


def for_administrators(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Anybody else finds nothing at this address."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.can_keep_accounts(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@for_administrators
@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    form = UserFilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = selectors.people(
        request.actor,
        search=chosen.get("q", ""),
        role=chosen.get("role", ""),
        state=chosen.get("state", ""),
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for user in page:
        user.role_labels = [Role(role).label for role in user.granted]
    return render(request, "accounts/user_list.html", {"form": form, "page": page})


@for_administrators
@require_safe
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _found(request, pk))


@for_administrators
@require_POST
@reauthentication_required
def grant_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = _found(request, pk)
    form = GrantRoleForm(request.POST)
    if not form.is_valid():
        return _detail(request, user, grant_form=form)
    role = form.cleaned_data["role"]
    try:
        services.grant_role(actor=request.actor, user_id=user.pk, role=role, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("%(name)s now holds the role “%(role)s”.") % {"name": user.name, "role": Role(role).label},
        )
    return redirect("accounts:user", pk=user.pk)


@for_administrators
@require_POST
@reauthentication_required
def revoke_role(request: HttpRequest, pk: int) -> HttpResponse:
    user = _found(request, pk)
    form = RevokeRoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role from the list."))
        return redirect("accounts:user", pk=user.pk)
    role = form.cleaned_data["role"]
    try:
        services.revoke_role(actor=request.actor, user_id=user.pk, role=role, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("%(name)s no longer holds the role “%(role)s”.") % {"name": user.name, "role": Role(role).label},
        )
    return redirect("accounts:user", pk=user.pk)


@for_administrators
@require_POST
@reauthentication_required
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    user = _found(request, pk)
    try:
        services.deactivate_user(actor=request.actor, user_id=user.pk, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            _("The account of %(name)s is closed. Sessions and queued work end with it.") % {"name": user.name},
        )
    return redirect("accounts:user", pk=user.pk)


@for_administrators
@require_POST
@reauthentication_required
def open_account(request: HttpRequest, pk: int) -> HttpResponse:
    user = _found(request, pk)
    try:
        services.reactivate_user(actor=request.actor, user_id=user.pk, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The account of %(name)s is open again.") % {"name": user.name})
    return redirect("accounts:user", pk=user.pk)


@for_administrators
@require_POST
@reauthentication_required
def change_email(request: HttpRequest, pk: int) -> HttpResponse:
    user = _found(request, pk)
    form = EmailForm(request.POST)
    if form.is_valid():
        try:
            services.change_email(
                actor=request.actor,
                user_id=user.pk,
                email=form.cleaned_data["email"],
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error("email", str(refusal.message))
        else:
            messages.success(request, _("The e-mail address has been changed."))
            return redirect("accounts:user", pk=user.pk)
    return _detail(request, user, email_form=form)


def _found(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.actor), pk=pk)


def _detail(
    request: HttpRequest,
    user: User,
    *,
    grant_form: GrantRoleForm | None = None,
    email_form: EmailForm | None = None,
) -> HttpResponse:
    grants = list(selectors.current_grants(request.actor, user))
    held = frozenset(grant.role for grant in grants)
    is_wrong = grant_form is not None or email_form is not None
    return render(
        request,
        "accounts/user.html",
        {
            "person": user,
            "grants": grants,
            # An administrator sees every membership; the table belongs to the app above.
            "memberships": user.memberships.filter(ended_on=None).select_related("organization"),
            "factors": selectors.second_factors(user),
            "can_change_access": policies.can_change_access(request.actor, user),
            "grant_form": grant_form or GrantRoleForm(held=held),
            "email_form": email_form or EmailForm(),
        },
        status=422 if is_wrong else 200,
    )
