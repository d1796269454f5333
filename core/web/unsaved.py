"""Gives back what a person wrote when the form could not be taken: the session had ended, or its protection ran out.

The posted fields are kept in the session for the address of the form, and shown in it again after sign-in. A script
that saves in the background is told with 401 instead, and keeps the text in the browser.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

SESSION_KEY = "unsaved"
#: Bytes of one form that are kept, and how many forms.
KEPT_BYTES = 300_000
KEPT_FORMS = 3
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password"})


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only signed-in people in. What a person sent after the session ended is kept and given back."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if is_background(request):
            return HttpResponse(status=401)
        if request.method == "POST" and keep_posted(request):
            messages.info(request, _("You have been signed out. Your text is kept: sign in, and it comes back."))
        return redirect_to_login(request.path)

    wrapper.gives_back_text = True
    return wrapper


def is_background(request: HttpRequest) -> bool:
    """Whether a script sent this while the person goes on writing."""
    return request.headers.get("X-Autosave") == "true"


def keep_posted(request: HttpRequest) -> bool:
    """Keep the posted fields for the address they were sent to, if they are not too long. Files cannot be kept."""
    posted = request.POST.copy()
    for name in NEVER_KEPT:
        posted.pop(name, None)
    kept = posted.urlencode()
    if not kept or len(kept) > KEPT_BYTES:
        return False
    forms = dict(request.session.get(SESSION_KEY, {}))
    forms.pop(request.path, None)
    while len(forms) >= KEPT_FORMS:
        forms.pop(next(iter(forms)))
    request.session[SESSION_KEY] = {**forms, request.path: kept}
    return True


def take_kept(request: HttpRequest) -> QueryDict | None:
    """What was kept for this address, once."""
    forms = request.session.get(SESSION_KEY, {})
    if request.path not in forms:
        return None
    kept = QueryDict(forms[request.path])
    request.session[SESSION_KEY] = {path: text for path, text in forms.items() if path != request.path}
    return kept


def after_lost_protection(request: HttpRequest) -> HttpResponse | None:
    """The way back to a form whose CSRF token ran out, for example because the person signed in again in another tab.

    Only for a request that the portal's own page sent, and only where the view gives text back.
    """
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    view = request.resolver_match.func if request.resolver_match else None
    if (
        request.method != "POST"
        or urlsplit(origin).netloc != request.get_host()
        or not getattr(view, "gives_back_text", False)
        or is_background(request)
    ):
        return None
    keep_posted(request)
    return HttpResponseRedirect(request.path, status=303)
