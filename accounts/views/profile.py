"""A person's own page: name, language, and what protects the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services
from accounts.adapters import set_language_cookie
from accounts.forms import ProfileForm
from core.access import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        user = services.change_own_profile(actor=request.actor, at=timezone.now(), **form.cleaned_data)
        response = redirect("accounts:profile")
        set_language_cookie(response, user.language)
        with translation.override(user.language):
            messages.success(request, _("Your profile has been saved."))
        return response
    return render(
        request,
        "accounts/profile.html",
        {
            "form": form,
            "factors": selectors.second_factors(request.user),
            "roles": [Role(role).label for role in sorted(request.actor.roles)],
        },
        status=422 if form.is_bound else 200,
    )


@login_required
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End every other session of this person, such as one on a lost telephone."""
    user = services.end_sessions(actor=request.actor, at=timezone.now())
    update_session_auth_hash(request, user)
    messages.success(request, _("You are signed out on every other device and stay signed in here."))
    return redirect("accounts:profile")
