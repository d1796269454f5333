"""The pages around an endorsement: asking for it, giving it, withdrawing it. Plain forms, one page a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import require
from core.endorsement import NOTE_CHARACTERS, OFFICE_CHARACTERS, Verb
from core.errors import InvalidInput, StaleWrite
from core.web.unsaved import take_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

    from core.endorsement import Standing

AREA = forms.Textarea(attrs={"rows": 4, "dir": "auto"})


class AskForm(forms.Form):
    """What the programme says to NACTA with its request."""

    note = forms.CharField(
        label=gettext_lazy("Note to NACTA"),
        help_text=gettext_lazy("Staff of the programme and of NACTA read it."),
        max_length=NOTE_CHARACTERS,
        required=False,
        widget=AREA,
    )


class EndorseForm(forms.Form):
    """In whose name, and what NACTA says with it. `edition` is the one that was read."""

    office = forms.CharField(
        label=gettext_lazy("Office"),
        help_text=gettext_lazy(
            "In whose name you endorse, such as “Director General, PVE Wing”. Every reader sees it: write no name of a"
            " person."
        ),
        max_length=OFFICE_CHARACTERS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the programme"),
        help_text=gettext_lazy("Staff of the programme and of NACTA read it."),
        max_length=NOTE_CHARACTERS,
        required=False,
        widget=AREA,
    )
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class WithdrawForm(forms.Form):
    """Why NACTA takes its endorsement back."""

    note = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Staff of the programme and of NACTA read it."),
        max_length=NOTE_CHARACTERS,
        widget=AREA,
    )


FORMS: dict[str, type[forms.Form]] = {Verb.ASK: AskForm, Verb.ENDORSE: EndorseForm, Verb.WITHDRAW: WithdrawForm}


def endorsement_page(
    request: HttpRequest,
    *,
    verb: str,
    allowed: Mapping[str, bool],
    step: Callable[..., Any],
    title: object,
    back: str,
    edition: int,
) -> HttpResponse:
    """Show the form of a step, or take it: `step(verb, actor=…, at=…, **fields)` changes the rows.

    What was typed comes back after a refusal, and after a sign-in.
    """
    if verb not in FORMS:
        raise Http404
    require(allowed[verb], refusal(verb))
    initial = {"edition": edition}
    if request.method != "POST":
        kept = take_kept(request)
        form = FORMS[verb](kept, initial=initial) if kept else FORMS[verb](initial=initial)
        return _page(request, form, verb=verb, title=title, back=back)
    form = FORMS[verb](request.POST, initial=initial)
    if form.is_valid():
        try:
            step(verb, actor=request.actor, at=timezone.now(), **form.cleaned_data)
        except InvalidInput as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except StaleWrite as refused:
            form.data = form.data.copy()
            form.data["edition"] = str(edition)
            form.add_error(None, str(refused))
            return _page(request, form, verb=verb, title=title, back=back, status=409)
        else:
            messages.success(request, done(verb))
            return redirect(back)
    return _page(request, form, verb=verb, title=title, back=back, status=422)


def offered(standing: Standing, allowed: Mapping[str, bool], address: Callable[[str], str]) -> dict[str, str]:
    """The addresses of the steps that the reader may take and that would change something."""
    holds = standing.current is not None and not standing.is_changed
    useful = {
        Verb.ASK: not holds and not standing.is_asked,
        Verb.ENDORSE: not holds,
        Verb.WITHDRAW: standing.current is not None,
    }
    return {verb: address(verb) for verb, is_useful in useful.items() if is_useful and allowed[verb]}


def refusal(verb: str) -> str:
    """Why a person may not take the step, in words."""
    return {
        Verb.ASK: _("Programme managers ask NACTA for its endorsement once there is something to endorse."),
        Verb.ENDORSE: _("NACTA staff endorse what they have not written themselves."),
        Verb.WITHDRAW: _("NACTA staff withdraw an endorsement."),
    }[Verb(verb)]


def done(verb: str) -> str:
    return {
        Verb.ASK: _("NACTA has been asked for its endorsement."),
        Verb.ENDORSE: _("The endorsement is recorded."),
        Verb.WITHDRAW: _("The endorsement is withdrawn."),
    }[Verb(verb)]


def _page(request: HttpRequest, form: Any, *, verb: str, title: object, back: str, status: int = 200) -> HttpResponse:
    words = {
        Verb.ASK: (_("Ask NACTA to endorse"), _("Ask for the endorsement")),
        Verb.ENDORSE: (_("Endorse"), _("Endorse it")),
        Verb.WITHDRAW: (_("Withdraw the endorsement"), _("Withdraw it")),
    }[Verb(verb)]
    context = {
        "form": form,
        "heading": words[0],
        "button": words[1],
        "subject": title,
        "back": back,
        "keeps": f"{verb}-{request.path}",
    }
    return render(request, "endorsement/form.html", context, status=status)
