"""Web input of files: which workbook, which file for which project, and how a form is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.terms import Term
from evidence.intake.layout import LINES, MOST_BLOCKS, Column
from evidence.models import Period
from organizations.models import Project

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.access import Actor
    from evidence.intake.choices import Choices

ACCEPT = ".xlsx,.csv"


def own_projects(actor: Actor) -> Any:
    """The projects of the actor's organizations."""
    rows = Project.objects.visible_to(actor).filter(organization_id__in=actor.organization_ids)
    return rows.order_by("title", "pk")


class WorkbookForm(forms.Form):
    """What a workbook should hold."""

    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"), to_field_name="code", empty_label=None)
    period = forms.ModelChoiceField(
        Period.objects.none(),
        label=_("Period"),
        required=False,
        empty_label=_("The whole project"),
        help_text=_("With a period, the workbook also asks for the results that are due."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("en", "English"), ("ur", "اردو")])
    lines = forms.TypedChoiceField(
        label=_("Lines"), choices=[(number, f"{number:,}") for number in LINES], coerce=int, initial=LINES[0]
    )
    disability = forms.BooleanField(
        label=_("Ask for people with and without disability"),
        help_text=_("Only if you ask the Washington Group questions."),
        required=False,
    )
    groups = forms.ModelMultipleChoiceField(
        Term.objects.none(),
        label=_("Count target groups apart"),
        to_field_name="code",
        required=False,
        help_text=_("At most three. Each adds its own columns by sex and age."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = own_projects(actor)
        self.fields["period"].queryset = (
            Period.objects.visible_to(actor)
            .filter(project__organization_id__in=actor.organization_ids)
            .select_related("project")
            .order_by("project__title", "starts_on", "pk")
        )
        self.fields["period"].label_from_instance = lambda row: f"{row.project.code} · {row.starts_on} – {row.ends_on}"
        self.fields["groups"].queryset = Term.objects.of("target_group")

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or self.cleaned_data
        period, project = chosen.get("period"), chosen.get("project")
        if period and project and period.project_id != project.pk:
            self.add_error("period", _("Choose a period of the project."))
        if len(chosen.get("groups") or ()) > MOST_BLOCKS:
            self.add_error("groups", _("Choose at most three."))
        return chosen


class FileForm(forms.Form):
    """A file that was filled in or exported."""

    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"), to_field_name="code", empty_label=None)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A workbook of the portal, or an export of KoboToolbox or ODK (XLSX or CSV, with XML values and headers), "
            "of at most 10 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = own_projects(actor)


class MappingForm(forms.Form):
    """One list for each column of the form, and one for each answer that no list knows. Fields are named by position."""

    title = forms.CharField(label=_("Name of the form"), max_length=160, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        questions: Sequence[str],
        samples: Mapping[str, str],
        targets: Mapping[str, Column],
        chosen: Mapping[str, str],
        answers: Mapping[str, Sequence[str]],
        choices: Mapping[str, Mapping[str, str]],
        lists: Mapping[str, Choices],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.answers = list(questions), [(f, a) for f, known in answers.items() for a in known]
        options = [("", _("Not used")), *((key, column.label) for key, column in targets.items())]
        for index, question in enumerate(self.questions):
            sample = samples.get(question, "")
            self.fields[f"column{index}"] = forms.ChoiceField(
                label=question,
                help_text=_("For example: %(sample)s") % {"sample": sample} if sample else "",
                choices=options,
                required=False,
                initial=chosen.get(question, ""),
            )
        for index, (field, answer) in enumerate(self.answers):
            column = targets[field]
            self.fields[f"answer{index}"] = forms.ChoiceField(
                label=_("%(list)s: “%(answer)s”") % {"list": column.label, "answer": answer},
                choices=[("", _("Not in the list")), *((row[1], row[2]) for row in lists[column.choices].rows)],
                required=False,
                initial=choices.get(field, {}).get(answer, ""),
            )

    def columns(self) -> dict[str, str]:
        """The target of each column that is used."""
        return {
            question: key
            for index, question in enumerate(self.questions)
            if (key := self.cleaned_data.get(f"column{index}"))
        }

    def choices(self) -> dict[str, dict[str, str]]:
        """The code of each answer that was mapped, by field."""
        found: dict[str, dict[str, str]] = {}
        for index, (field, answer) in enumerate(self.answers):
            if code := self.cleaned_data.get(f"answer{index}"):
                found.setdefault(field, {})[answer] = code
        return found
