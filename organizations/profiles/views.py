"""An organization writes its profile here and sends it for review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from core.access import require
from core.errors import (
    DomainError,
    Incomplete,
    StaleWrite,
    WrongState,
)
from organizations.filters import Places, load_terms
from organizations.models import Organization, ProfileRevision
from organizations.profiles import policies, selectors, services
from organizations.profiles.changes import profile_changes
from organizations.profiles.forms import ProfileForm, read_version
from organizations.registry import policies as registry_policies
from organizations.registry.pages import tabs_of

if TYPE_CHECKING:
    from core.access import Actor


@login_required
@require_safe
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Where an organization's change is: what is under way, what is said about it, and what was published before."""
    actor = request.actor
    organization = _organization(actor, slug)
    require(
        registry_policies.can_follow_profile(actor, organization),
        _("Only people of this organization and reviewers follow changes to its profile."),
    )
    return render(request, "organizations/profile.html", _profile_page(actor, organization))


@login_required
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    organization = _organization(request.actor, slug)
    services.start_profile_change(actor=request.actor, organization_id=organization.pk, at=timezone.now())
    return redirect("organizations:profile_edit", slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form. Saved on every change with scripts, with the button without; sending it is a step of its own."""
    actor = request.actor
    organization = _organization(actor, slug)
    require(
        policies.can_start_change(actor, organization),
        _("Only people of this organization write its profile."),
    )
    revision = selectors.revision_under_way(organization, actor=actor)
    is_open = revision is not None and policies.can_edit_now(actor, revision)
    if not is_open and (revision is None or request.method != "POST"):
        messages.warning(
            request,
            _("There is no draft to edit. Start a change, or wait for the reviewer."),
        )
        return redirect("organizations:profile", slug)
    form = _form(request, revision)
    if request.method != "POST":
        return _edit_page(request, form, revision)
    is_autosave = request.headers.get("X-Autosave") == "true"
    if not is_autosave and _was_sent_twice(request, revision):
        return redirect("organizations:profile", slug)
    if not form.is_valid():
        if is_autosave:
            return JsonResponse({"message": _first_error(form)}, status=422)
        return _edit_page(request, form, revision, status=422)
    try:
        saved = services.save_profile(
            actor=actor,
            pk=revision.pk,
            values=form.values,
            version=form.cleaned_data["version"],
            at=timezone.now(),
        )
    except DomainError as refusal:
        if is_autosave:
            return JsonResponse({"message": str(refusal)}, status=refusal.status)
        if isinstance(refusal, StaleWrite):
            form.show_both(refusal.current)
        elif isinstance(refusal, WrongState):
            # The draft was sent while this was written: the text stays on the page, so that it can be kept.
            form.add_error(None, str(refusal))
        else:
            raise
        return _edit_page(request, form, revision, status=409)
    if is_autosave:
        local = timezone.localtime(saved.saved_at)
        return JsonResponse({"saved_at": time_format(local, "H:i"), "version": saved.version})
    if "submit" in request.POST:
        return _submit(request, slug, saved, form)
    messages.success(request, _("The draft is saved. Send it when it is complete."))
    return redirect("organizations:profile", slug)


@login_required
@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the draft as it was saved."""
    organization = _organization(request.actor, slug)
    revision = _under_way(request.actor, organization)
    return _submit(request, slug, revision, None, version=read_version(request.POST.get("version")))


@login_required
@require_POST
def take_back(request: HttpRequest, slug: str) -> HttpResponse:
    organization = _organization(request.actor, slug)
    revision = _under_way(request.actor, organization)
    services.take_profile_back(
        actor=request.actor,
        pk=revision.pk,
        version=read_version(request.POST.get("version")),
        at=timezone.now(),
    )
    messages.success(request, _("The change is a draft again. It will be reviewed once more."))
    return redirect("organizations:profile_edit", slug)


@login_required
@require_POST
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Give up the change that is under way. The second click of a double click finds none."""
    organization = _organization(request.actor, slug)
    require(
        policies.can_start_change(request.actor, organization), _("Only people of this organization write its profile.")
    )
    revision = selectors.revision_under_way(organization, actor=request.actor)
    if revision is not None:
        services.discard_profile(
            actor=request.actor,
            pk=revision.pk,
            version=read_version(request.POST.get("version")),
            at=timezone.now(),
        )
    messages.success(request, _("The change is discarded. The published profile is as it was."))
    return redirect("organizations:profile", slug)


def _submit(
    request: HttpRequest,
    slug: str,
    revision: ProfileRevision,
    form: ProfileForm | None,
    *,
    version: int | None = None,
) -> HttpResponse:
    try:
        services.submit_profile(
            actor=request.actor,
            pk=revision.pk,
            version=version if form is None else revision.version,
            at=timezone.now(),
        )
    except Incomplete as refusal:
        open_form = _form(request, revision, is_fresh=True)
        return _edit_page(request, open_form, revision, missing=refusal.missing, status=422)
    messages.success(
        request,
        _("The change is sent. You get an e-mail when the reviewer has read it."),
    )
    return redirect("organizations:profile", slug)


def _profile_page(actor: Actor, organization: Organization) -> dict[str, Any]:
    revision = selectors.revision_under_way(organization, actor=actor)
    context: dict[str, Any] = {
        "organization": organization,
        "tabs": tabs_of(organization, actor=actor, current="profile"),
        "revision": revision,
        "can_start": revision is None and policies.can_start_change(actor, organization),
    }
    if revision is not None:
        is_own = actor.belongs_to(organization.pk)
        author_ids = frozenset() if is_own else services.authors_of(revision)
        changes = profile_changes(organization, revision)
        context |= {
            "state_label": revision.owner_label if is_own else revision.staff_label,
            "can_edit": policies.can_edit_now(actor, revision),
            "can_discard": policies.can_discard(actor, revision),
            "can_take_back": policies.can_take_back(actor, revision),
            "can_review": policies.can_review(actor, revision, author_ids),
            "changes": changes,
            "is_changed": any(change.is_changed for change in changes),
            "conversation": selectors.conversation_about(
                revision,
                actor=actor,
                can_resolve=policies.can_resolve(actor, revision, author_ids),
            ),
        }
    return context


def _form(request: HttpRequest, revision: ProfileRevision, *, is_fresh: bool = False) -> ProfileForm:
    actor = request.actor
    return ProfileForm(
        request.POST if request.method == "POST" and not is_fresh else None,
        instance=revision,
        places=Places.load(actor),
        terms=load_terms(actor, "pve_theme", "target_group", "language"),
    )


def _was_sent_twice(request: HttpRequest, revision: ProfileRevision) -> bool:
    """Whether this is the second press of "Save and send": one version for the save, one for the sending."""
    last = revision.transitions.order_by("-pk").first()
    return (
        "submit" in request.POST
        and last is not None
        and (last.verb, last.actor_id) == ("submit", request.actor.user_id)
        and revision.version == last.version == read_version(request.POST.get("version")) + 2
    )


def _edit_page(
    request: HttpRequest,
    form: ProfileForm,
    revision: ProfileRevision,
    *,
    missing: list[tuple[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    conversation = selectors.conversation_about(revision, actor=actor, can_resolve=True)
    context = {
        "form": form,
        "revision": revision,
        "organization": revision.organization,
        "missing": [{"label": sentence, "url": f"#field-{name}"} for name, sentence in missing or []],
        "conversation": conversation,
    }
    return render(request, "organizations/profile_edit.html", context, status=status)


def _organization(actor: Actor, slug: str) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(actor), slug=slug)


def _under_way(actor: Actor, organization: Organization) -> ProfileRevision:
    require(
        policies.can_start_change(actor, organization),
        _("Only people of this organization write its profile."),
    )
    revision = selectors.revision_under_way(organization, actor=actor)
    if revision is None:
        raise Http404
    return revision


def _first_error(form: ProfileForm) -> str:
    field, errors = next(iter(form.errors.items()))
    label = form.fields[field].label if field in form.fields else ""
    return f"{label}: {errors[0]}" if label else str(errors[0])
