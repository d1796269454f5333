"""The private page of an organization, its papers as downloads, and the forms behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from core.errors import InvalidInput
from core.web.files import stream
from organizations.models import (
    Organization,
    PrivateContact,
    Registration,
    RegistrationPaper,
)
from organizations.private import services
from organizations.private.forms import ContactForm, PaperForm, RegistrationForm
from organizations.registry import policies
from organizations.registry.pages import ask, tabs_of

if TYPE_CHECKING:
    from core.access import Actor


@login_required
@require_safe
def private(request: HttpRequest, slug: str) -> HttpResponse:
    """Registration, papers and contacts, each from its own door. A look by the data-protection officer is logged."""
    return _page(request, _fetch(request.actor, slug))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for law and number."""
    organization = _writable(request.actor, slug)
    row = Registration.objects.visible_to(request.actor).filter(organization=organization).first()
    form = RegistrationForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        services.set_registration(
            actor=request.actor,
            organization_id=organization.pk,
            values=form.values,
            at=timezone.now(),
        )
        messages.success(request, _("The registration is saved."))
        return redirect("organizations:private", slug)
    return _form_page(request, organization, form, _("Registration"))


@login_required
@require_POST
def add_paper(request: HttpRequest, slug: str) -> HttpResponse:
    organization = _writable(request.actor, slug)
    form = PaperForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.add_paper(
                actor=request.actor,
                organization_id=organization.pk,
                title=form.cleaned_data["title"],
                upload=upload,
                name=upload.name,
                at=timezone.now(),
            )
        except InvalidInput as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("The paper is kept."))
            return redirect("organizations:private", slug)
    return _page(request, organization, paper_form=form, status=422)


@login_required
@require_safe
def paper(request: HttpRequest, uuid: str) -> HttpResponse:
    """The scan, as a download."""
    try:
        row = services.read_paper(actor=request.actor, uuid=uuid, at=timezone.now())
    except RegistrationPaper.DoesNotExist:
        raise Http404 from None
    return stream(row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_paper(request: HttpRequest, uuid: str) -> HttpResponse:
    """Asks once, then deletes."""
    row = get_object_or_404(
        RegistrationPaper.objects.visible_to(request.actor).select_related("organization"),
        uuid=uuid,
    )
    if not policies.can_change_private(request.actor, row.organization):
        raise Http404
    if request.method == "POST":
        services.remove_paper(actor=request.actor, uuid=uuid, at=timezone.now())
        messages.success(request, _("The paper is deleted."))
        return redirect("organizations:private", row.organization.slug)
    return ask(
        request,
        title=_("Delete this paper?"),
        text=_("“%(name)s” is deleted. It cannot be brought back.") % {"name": row.title},
        button=_("Delete"),
        kicker=row.organization.display_name,
        back_url=reverse("organizations:private", args=[row.organization.slug]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """The form for a person to reach, new or known."""
    organization = _writable(request.actor, slug)
    row = None
    if pk is not None:
        row = get_object_or_404(
            PrivateContact.objects.visible_to(request.actor),
            pk=pk,
            organization=organization,
        )
    form = ContactForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        services.save_contact(
            actor=request.actor,
            organization_id=organization.pk,
            pk=pk,
            values=form.values,
            at=timezone.now(),
        )
        messages.success(request, _("The contact is saved."))
        return redirect("organizations:private", slug)
    title = _("Change the contact") if pk else _("New contact")
    return _form_page(request, organization, form, title)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_contact(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asks once, then deletes."""
    organization = _writable(request.actor, slug)
    row = get_object_or_404(
        PrivateContact.objects.visible_to(request.actor),
        pk=pk,
        organization=organization,
    )
    if request.method == "POST":
        services.remove_contact(
            actor=request.actor,
            organization_id=organization.pk,
            pk=pk,
            at=timezone.now(),
        )
        messages.success(request, _("The contact is deleted."))
        return redirect("organizations:private", slug)
    return ask(
        request,
        title=_("Delete this contact?"),
        text=_("“%(name)s” is deleted. It cannot be brought back.") % {"name": row.name},
        button=_("Delete"),
        kicker=organization.display_name,
        back_url=reverse("organizations:private", args=[slug]),
    )


def _fetch(actor: Actor, slug: str) -> Organization:
    """For who may not read it, the page is not there."""
    row = get_object_or_404(Organization.objects.visible_to(actor), slug=slug)
    if not policies.can_read_private(actor, row):
        raise Http404
    return row


def _writable(actor: Actor, slug: str) -> Organization:
    """Reading is not writing: the data-protection officer gets a refusal, others no page. The service asks again."""
    row = _fetch(actor, slug)
    policies.require_change_private(actor, row)
    return row


def _page(
    request: HttpRequest,
    organization: Organization,
    *,
    paper_form: PaperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    services.log_read(actor=actor, organization=organization, what="private", at=timezone.now())
    can_change = policies.can_change_private(actor, organization)
    papers = RegistrationPaper.objects.visible_to(actor).filter(organization=organization)
    context: dict[str, Any] = {
        "organization": organization,
        "tabs": tabs_of(organization, actor=actor, current="private"),
        "registration": Registration.objects.visible_to(actor)
        .filter(organization=organization)
        .select_related("law")
        .first(),
        "contacts": PrivateContact.objects.visible_to(actor).filter(organization=organization).order_by("name", "pk"),
        "papers": [
            {
                "name": row.title,
                "note": row.name,
                "size": row.size,
                "kind": "image" if row.is_image else "",
                "url": reverse("organizations:paper", args=[row.uuid]),
                "remove_url": reverse("organizations:paper_remove", args=[row.uuid]) if can_change else "",
            }
            for row in papers.order_by("-uploaded_at", "-pk")
        ],
        "can_change": can_change,
        "paper_form": paper_form or PaperForm(),
        "is_watched": policies.is_watched_reader(actor, organization),
    }
    response = render(request, "organizations/private.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _form_page(request: HttpRequest, organization: Organization, form: Any, title: str) -> HttpResponse:
    return render(
        request,
        "organizations/private_form.html",
        {"organization": organization, "form": form, "title": title},
        status=422 if form.errors else 200,
    )
