"""What the pages of those who run a workshop share: who may enter, how a form is saved, how a refusal is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, InvalidInput, StaleWrite, WrongState
from workshops.agenda.services.locks import require_runner
from workshops.models import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

FORM_METHODS = ["GET", "HEAD", "POST"]


def run_workshop(request: HttpRequest, slug: str) -> Workshop:
    """The workshop for one who runs it: 404 when hidden or absent, then 403 for who may only read."""
    workshop = get_object_or_404(Workshop.objects.visible_to(request.actor), slug=slug)
    require_runner(request.actor)
    return workshop


def save(request: HttpRequest, form: Any) -> Any:
    """The saved row, or None when the form has to be shown, with what stands in the way."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        saved = form.save(actor=request.actor, at=timezone.now())
    except StaleWrite as error:
        form.show_stale(error)
    except (Conflict, InvalidInput, WrongState) as error:
        field = getattr(error, "field", None)
        form.add_error(field if field in form.fields else None, str(error))
        form.blocking = getattr(error, "blocking", None)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    else:
        messages.success(request, _("Saved."))
        return saved
    return None


def act(request: HttpRequest, step: Callable[[], None], *, done: str) -> bool:
    """Do something that has no form of its own; a refusal is said above the page that follows."""
    try:
        step()
    except (Conflict, StaleWrite) as error:
        messages.error(request, str(error))
        return False
    except ObjectDoesNotExist as error:
        raise Http404 from error
    messages.success(request, done)
    return True


def sent_version(request: HttpRequest, row: Any) -> int:
    """The version that the person saw who pressed a button; of a row without one, the present version."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else row.version


def status_of(*forms: Any) -> int:
    if any(getattr(form, "differences", None) or getattr(form, "blocking", None) for form in forms if form):
        return 409
    return 422 if any(form.errors for form in forms if form) else 200


def form_page(
    request: HttpRequest,
    form: Any,
    *,
    title: str,
    workshop: Workshop | None,
    back: str = "workshops:agenda_board",
) -> HttpResponse:
    back_url = reverse(back, args=[workshop.slug]) if workshop else reverse("workshops:workshop_list")
    return render(
        request,
        "workshops/agenda/form.html",
        {"form": form, "title": title, "workshop": workshop, "back": back_url},
        status=status_of(form),
    )
