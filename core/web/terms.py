"""The pages of the vocabularies: everyone reads them, administrators keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from core import vocabularies
from core.errors import InvalidInput, StaleWrite
from core.terms import Term

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class TermForm(forms.ModelForm):
    """The labels of a term, and the version they were read at."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Term
        fields = ("label_en", "label_ur", "is_ur_reviewed")
        labels = {
            "label_en": gettext_lazy("English label"),
            "label_ur": gettext_lazy("Urdu label"),
            "is_ur_reviewed": gettext_lazy("An editor has reviewed the Urdu label"),
        }
        widgets = {
            "label_en": forms.TextInput(attrs={"lang": "en", "dir": "ltr"}),
            "label_ur": forms.TextInput(attrs={"lang": "ur", "dir": "rtl"}),
        }


class VersionForm(forms.Form):
    """The version a person looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def vocabulary_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "vocabularies/list.html",
        {
            "rows": vocabularies.overview(request.actor),
            "shows_review_marks": vocabularies.can_see_review_marks(request.actor),
        },
    )


@require_safe
def vocabulary(request: HttpRequest, name: str) -> HttpResponse:
    terms = list(Term.objects.visible_to(request.actor).filter(vocabulary=name).order_by("position", "pk"))
    if not terms:
        raise Http404
    return render(
        request,
        "vocabularies/vocabulary.html",
        {
            "name": name,
            "about": vocabularies.description_of(name),
            "terms": terms,
            "can_edit": vocabularies.can_edit_terms(request.actor),
            "shows_review_marks": vocabularies.can_see_review_marks(request.actor),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, name: str, code: str) -> HttpResponse:
    row = _editable(request, name, code)
    form = TermForm(request.POST or None, instance=row, initial={"version": row.version})
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            vocabularies.edit_term(actor=request.actor, pk=row.pk, at=timezone.now(), **form.cleaned_data)
        except InvalidInput as refusal:
            form.add_error(refusal.field, str(refusal.message))
        except StaleWrite as refusal:
            theirs = refusal.current
        else:
            messages.success(request, _("The term has been saved."))
            return redirect("core:vocabulary", name=name)
    if theirs is not None:
        # What was written stays in the form; saving it again is a decision made in sight of the other text.
        form.data = {**form.data.dict(), "version": theirs.version}
    return render(
        request,
        "vocabularies/term.html",
        {
            "form": form,
            "name": name,
            "about": vocabularies.description_of(name),
            "term": get_object_or_404(Term.objects.visible_to(request.actor), pk=row.pk),
            "theirs": theirs,
        },
        status=409 if theirs else 422 if form.is_bound else 200,
    )


@login_required
@require_POST
def retire(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Take out of new forms, or offer again."""
    row = _editable(request, name, code)
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(_("Open the term again and repeat the step."))
    version = form.cleaned_data["version"]
    now = timezone.now()
    if row.retired_on:
        vocabularies.restore_term(actor=request.actor, pk=row.pk, version=version, at=now)
        messages.success(request, _("The term is offered again."))
    else:
        vocabularies.retire_term(
            actor=request.actor,
            pk=row.pk,
            version=version,
            on=timezone.localdate(),
            at=now,
        )
        messages.success(request, _("The term is no longer offered. Records that have it keep it."))
    return redirect("core:vocabulary", name=name)


def _editable(request: HttpRequest, name: str, code: str) -> Term:
    # PostgreSQL keeps no null character, so no code has one.
    if not vocabularies.can_edit_terms(request.actor) or "\0" in code:
        raise Http404
    return get_object_or_404(Term.objects.visible_to(request.actor), vocabulary=name, code=code)
