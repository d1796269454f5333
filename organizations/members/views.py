"""The members of an organization, invitations, and the page where one is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.lockout import address_of
from accounts.models import User
from core.access import require
from core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from organizations.members import policies, services
from organizations.members.forms import InvitationForm, NewPersonForm
from organizations.models import Invitation, Membership, Organization
from organizations.models.members import MEMBER_ROLES
from organizations.private.services import log_read
from organizations.registry import policies as registry_policies
from organizations.registry.pages import ask, tabs_of

if TYPE_CHECKING:
    from core.access import Actor

#: Links that lead nowhere from one network address before it has to wait. Links that work are not counted, so that a
#: training room behind one address is not locked out.
GUESSES, GUESSES_SECONDS = 20, 600
SIGN_IN_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who acts for the organization, and who is invited to."""
    organization = _fetch(request.actor, slug)
    return _members_page(request, organization)


@login_required
@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    actor = request.actor
    organization = _fetch(actor, slug)
    roles = policies.invitable_roles(actor, organization)
    require(bool(roles), _("Only a focal point or the programme invites people here."))
    form = InvitationForm(request.POST, roles=roles)
    if form.is_valid() and _send(form, services.invite_member, request, organization_id=organization.pk):
        return redirect("organizations:members", slug)
    return _members_page(request, organization, form=form, status=422)


@login_required
@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    membership = _membership(request.actor, pk)
    return _back_to_members(
        request,
        membership,
        lambda: services.change_member_role(
            actor=request.actor,
            pk=pk,
            role=request.POST.get("role", ""),
            at=timezone.now(),
        ),
        _("The role is changed."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, then ends the membership."""
    membership = _membership(request.actor, pk)
    if request.method != "POST":
        return ask(
            request,
            title=_("End this membership?"),
            text=_("%(name)s will no longer act for %(organization)s. What they wrote stays.")
            % {
                "name": membership.user.name,
                "organization": membership.organization.display_name,
            },
            button=_("End the membership"),
            kicker=membership.organization.display_name,
            back_url=reverse("organizations:members", args=[membership.organization.slug]),
        )
    return _back_to_members(
        request,
        membership,
        lambda: services.end_membership(actor=request.actor, pk=pk, at=timezone.now()),
        _("The membership has ended."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff_invitations(request: HttpRequest) -> HttpResponse:
    """An administrator's page: invite to a role of the programme, and what became of it."""
    require(
        policies.can_invite_staff(request.actor),
        _("Only an administrator invites staff."),
    )
    form = InvitationForm(request.POST or None, roles=policies.staff_roles())
    if request.method == "POST" and form.is_valid() and _send(form, services.invite_staff, request):
        return redirect("organizations:staff_invitations")
    rows = Invitation.objects.visible_to(request.actor).filter(organization=None)
    return render(
        request,
        "organizations/staff_invitations.html",
        {"form": form, "invitations": _listed(rows)},
        status=422 if form.errors else 200,
    )


@login_required
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    return _handle(
        request,
        pk,
        services.resend_invitation,
        _("A new link is on its way; the old one no longer works."),
    )


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _handle(
        request,
        pk,
        services.cancel_invitation,
        _("The invitation is cancelled. Its link no longer works."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation's link leads: a new person chooses a password, a known one signs in and accepts."""
    guesses = f"invitation-guesses:{address_of(request)}"
    if cache.get(guesses, 0) >= GUESSES:
        return _closed_page(
            request,
            _("Too many attempts from your network. Try again in ten minutes."),
            status=429,
        )
    now = timezone.now()
    try:
        invitation = services.find_invitation(token)
        services.require_usable(invitation, at=now)
    except Invitation.DoesNotExist:
        cache.set(guesses, cache.get(guesses, 0) + 1, GUESSES_SECONDS)
        return _closed_page(
            request,
            _(
                "This link is not known. It may have been replaced by a newer one: "
                "look for the latest e-mail, or ask the person who invited you."
            ),
            status=404,
        )
    except services.InvitationOver as over:
        return _closed_page(request, str(over), status=over.status)
    is_known = User.objects.filter(email__iexact=invitation.email).exists()
    if is_known:
        return _accept_known(request, invitation, token)
    return _accept_new(request, invitation, token)


def _accept_known(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    is_own = request.user.is_authenticated and request.user.email.lower() == invitation.email.lower()
    if request.method == "POST" and is_own:
        services.accept_as_known_person(actor=request.actor, token=token, at=timezone.now())
        return _welcome(request, invitation)
    return _token_page(
        request,
        "organizations/invitation.html",
        {"invitation": invitation, "is_known": True, "is_own": is_own, "form": None},
    )


def _accept_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    initial = {"name": invitation.name, "language": invitation.language}
    form = NewPersonForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            user = services.accept_as_new_person(token=token, at=timezone.now(), **form.cleaned_data)
        except InvalidInput as refusal:
            form.add_error(refusal.field, str(refusal))
        except Conflict as refusal:
            form.add_error(None, str(refusal))
        else:
            login(request, user, backend=SIGN_IN_BACKEND)
            translation.activate(user.language)
            response = _welcome(request, invitation)
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
            return response
    return _token_page(
        request,
        "organizations/invitation.html",
        {"invitation": invitation, "is_known": False, "is_own": False, "form": form},
        status=422 if form.errors else 200,
    )


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if invitation.organization is None:
        messages.success(request, _("Welcome. Your role is in place."))
        return redirect("home")
    messages.success(
        request,
        _("Welcome. You now act for %(organization)s.") % {"organization": invitation.organization.display_name},
    )
    return redirect("organizations:organization", invitation.organization.slug)


def _closed_page(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    return _token_page(
        request,
        "organizations/invitation_closed.html",
        {"message": message},
        status=status,
    )


def _token_page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page whose address is a secret: not indexed, not kept, and not passed on to where its links lead."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _send(form: InvitationForm, service: Any, request: HttpRequest, **more: Any) -> bool:
    """Call the service with the form's values; a refusal becomes an error of the form."""
    try:
        service(actor=request.actor, at=timezone.now(), **form.cleaned_data, **more)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(getattr(refusal, "field", None) or "email", str(refusal))
        return False
    messages.success(
        request,
        _("The invitation is on its way. The link in it works for %(days)s days.") % {"days": services.DAYS_TO_ACCEPT},
    )
    return True


def _handle(request: HttpRequest, pk: int, service: Any, sentence: str) -> HttpResponse:
    row = get_object_or_404(
        Invitation.objects.visible_to(request.actor).select_related("organization"),
        pk=pk,
    )
    try:
        service(actor=request.actor, pk=pk, at=timezone.now())
    except Conflict as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    if row.organization is None:
        return redirect("organizations:staff_invitations")
    return redirect("organizations:members", row.organization.slug)


def _back_to_members(request: HttpRequest, membership: Membership, act: Any, sentence: str) -> HttpResponse:
    try:
        act()
    except Conflict as refusal:
        return _members_page(request, membership.organization, refusal=str(refusal), status=409)
    messages.success(request, sentence)
    if membership.user_id == request.user.pk:
        return redirect("organizations:organization", membership.organization.slug)
    return redirect("organizations:members", membership.organization.slug)


def _members_page(
    request: HttpRequest,
    organization: Organization,
    *,
    form: InvitationForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    log_read(actor=actor, organization=organization, what="members", at=timezone.now())
    rows = (
        Membership.objects.visible_to(actor)
        .current()
        .filter(organization=organization)
        .select_related("user")
        .order_by("-role", "user__name", "pk")
    )
    roles = policies.invitable_roles(actor, organization)
    invitations = Invitation.objects.visible_to(actor).filter(organization=organization)
    context = {
        "organization": organization,
        "tabs": tabs_of(organization, actor=actor, current="members"),
        "members": [
            {
                "row": row,
                "is_self": row.user_id == actor.user_id,
                "can_change": policies.can_change_membership(actor, row),
                "can_leave": policies.can_leave(actor, row),
                "other_roles": [(code, label) for code, label in MEMBER_ROLES if code != row.role],
            }
            for row in rows
        ],
        "invitations": _listed(invitations) if roles else [],
        "form": form or (InvitationForm(roles=roles) if roles else None),
        "refusal": refusal,
    }
    response = render(request, "organizations/members.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _listed(rows: Any) -> list[dict[str, Any]]:
    """Invitations with their state in words, the open ones first."""
    now = timezone.now()
    listed = []
    for row in rows.order_by("-invited_at", "-pk")[:100]:
        if row.accepted_at:
            code, label, at = "DONE", _("Accepted"), row.accepted_at
        elif row.cancelled_at:
            code, label, at = "REVOKED", _("Cancelled"), row.cancelled_at
        elif row.expires_at <= now:
            code, label, at = "EXPIRED", _("Too old"), row.expires_at
        else:
            code, label, at = "WAITING", _("Waiting for an answer"), row.invited_at
        listed.append(
            {
                "row": row,
                "code": code,
                "label": label,
                "at": at,
                "can_cancel": code in {"WAITING", "EXPIRED"},
            }
        )
    return sorted(listed, key=lambda entry: entry["code"] != "WAITING")


def _fetch(actor: Actor, slug: str) -> Organization:
    """For who may not know its people, the page is not there."""
    row = get_object_or_404(Organization.objects.visible_to(actor), slug=slug)
    if not registry_policies.can_read_members(actor, row):
        raise Http404
    return row


def _membership(actor: Actor, pk: int) -> Membership:
    return get_object_or_404(
        Membership.objects.visible_to(actor).current().select_related("organization", "user"),
        pk=pk,
    )
