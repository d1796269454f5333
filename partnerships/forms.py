"""What staff write into a roadmap, and the filters by which everyone reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.access import Actor, Sensitivity
from core.terms import Term
from core.web.forms import RecordForm
from organizations.models import Organization, Programme
from partnerships import services
from partnerships.models import Action, Pillar, Roadmap

if TYPE_CHECKING:
    from datetime import datetime

    from partnerships.selectors import PillarActions, RoadmapAction

#: A code stands in addresses and tables: letters of any script, figures, dots and hyphens.
CODE = RegexValidator(r"^(?!new$)\w[\w.-]*\Z", _("Use letters, figures, dots and hyphens, such as P1.2."))
AREA = forms.Textarea(attrs={"rows": 4})


class RoadmapForm(RecordForm):
    """A roadmap. Its address is chosen once; links to it stay valid."""

    class Meta:
        model = Roadmap
        fields = [
            "title",
            "title_ur",
            "slug",
            "vision",
            "vision_ur",
            "starts_on",
            "programme",
            "sensitivity",
            "is_published",
        ]
        labels = {
            "slug": _("Address"),
            "programme": _("Programme"),
            "sensitivity": _("Who may read it once published"),
        }
        help_texts = {
            "slug": _("The last part of the web address, such as roadmap-2026. It cannot be changed later."),
            "is_published": _("Until then, only staff of the programme read it."),
        }
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "vision": AREA,
            "vision_ur": forms.Textarea(attrs={"rows": 4, "dir": "rtl", "lang": "ur"}),
            "title_ur": forms.TextInput(attrs={"dir": "rtl", "lang": "ur"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sensitivity"].choices = Sensitivity.choices
        self.fields["programme"].queryset = Programme.objects.visible_to(Actor.visitor()).order_by("code")
        if self.instance.pk:
            del self.fields["slug"], self.fields["programme"]
        else:
            self.fields["programme"].initial = self.fields["programme"].queryset.first()

    def save(self, *, actor: Actor, at: datetime) -> Roadmap:
        if self.instance.pk:
            return services.change_roadmap(
                actor=actor,
                slug=self.instance.slug,
                version=self.cleaned_data["version"],
                values=self.values(),
                at=at,
            )
        return services.create_roadmap(actor=actor, values=self.values(), at=at)


class PillarForm(RecordForm):
    """A pillar of a roadmap."""

    class Meta:
        model = Pillar
        fields = ["term", "objective", "objective_ur"]
        widgets = {
            "objective": AREA,
            "objective_ur": forms.Textarea(attrs={"rows": 4, "dir": "rtl", "lang": "ur"}),
        }

    def __init__(self, *args: Any, roadmap: Roadmap, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roadmap = roadmap
        if self.instance.pk:
            del self.fields["term"]
        else:
            taken = roadmap.pillars.values("term")
            self.fields["term"].queryset = Term.objects.of("roadmap_pillar").exclude(pk__in=taken)

    def save(self, *, actor: Actor, at: datetime) -> Pillar:
        if self.instance.pk:
            return services.change_pillar(
                actor=actor,
                pk=self.instance.pk,
                version=self.cleaned_data["version"],
                values=self.values(),
                at=at,
            )
        return services.add_pillar(actor=actor, slug=self.roadmap.slug, values=self.values(), at=at)

    def _same_choices(self) -> dict[str, Any]:
        return {"roadmap": self.roadmap}


class ActionForm(RecordForm):
    """An action. What is left out is saved, and shown as missing."""

    class Meta:
        model = Action
        fields = [
            "pillar",
            "code",
            "title",
            "title_ur",
            "description",
            "description_ur",
            "horizon",
            "priority",
            "status",
            "lead",
            "partners",
            "npve_pillar",
            "indicator",
            "target",
            "resources",
            "due_on",
        ]
        help_texts = {
            "code": _("Short and unique in this roadmap, such as P1.2."),
            "lead": _("One organization answers for the action."),
            "partners": _("Choose as many as take part."),
            "indicator": _("What is counted or measured, such as “districts with two active trainers”."),
            "target": _("How much by when, such as “60 districts by December 2026”."),
            "status": _("An action that is given up gets the status “Dropped” and stays in the roadmap."),
        }
        widgets = {
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "description": AREA,
            "description_ur": forms.Textarea(attrs={"rows": 4, "dir": "rtl", "lang": "ur"}),
            "title_ur": forms.TextInput(attrs={"dir": "rtl", "lang": "ur"}),
            "partners": forms.CheckboxSelectMultiple,
        }

    def __init__(
        self,
        *args: Any,
        roadmap: Roadmap,
        actor: Actor,
        pillar_code: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.roadmap, self.actor = roadmap, actor
        for name, vocabulary in (
            ("horizon", "roadmap_horizon"),
            ("priority", "priority"),
            ("status", "action_status"),
            ("npve_pillar", "npve_pillar"),
        ):
            self.fields[name].queryset = Term.objects.of(vocabulary)
        self.fields["pillar"].queryset = (
            Pillar.objects.visible_to(actor).filter(roadmap=roadmap).select_related("term").order_by("position", "pk")
        )
        self.fields["pillar"].initial = next(
            (row.pk for row in self.fields["pillar"].queryset if row.term.code == pillar_code),
            None,
        )
        organizations = Organization.objects.visible_to(actor).order_by("name", "pk")
        self.fields["lead"].queryset = self.fields["partners"].queryset = organizations
        self.fields["partners"].required = False
        self.fields["code"].validators.append(CODE)
        if not self.instance.pk:
            self.fields["status"].initial = Term.objects.of("action_status").first()

    def save(self, *, actor: Actor, at: datetime) -> Action:
        if self.instance.pk:
            return services.change_action(
                actor=actor,
                pk=self.instance.pk,
                version=self.cleaned_data["version"],
                values=self.values(),
                at=at,
            )
        return services.add_action(actor=actor, slug=self.roadmap.slug, values=self.values(), at=at)

    def _same_choices(self) -> dict[str, Any]:
        return {"roadmap": self.roadmap, "actor": self.actor}


class RoadmapFilter(forms.Form):
    """Which actions of a roadmap are shown. The labels and choices read as a sentence."""

    pillar = forms.ChoiceField(label=_("Actions under"), required=False)
    horizon = forms.ChoiceField(label=_("for"), required=False)
    status = forms.ChoiceField(label=_("that are"), required=False)
    lead = forms.ChoiceField(label=_("led by"), required=False)
    incomplete = forms.BooleanField(label=_("only those with gaps"), required=False)

    def __init__(
        self,
        *args: Any,
        pillars: list[PillarActions],
        horizons: list[Term],
        statuses: list[Term],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        leads = {action.lead.slug: str(action.lead) for pillar in pillars for action in pillar.actions if action.lead}
        self._offer(
            "pillar",
            _("every pillar"),
            [(pillar.row.term.code, str(pillar.row)) for pillar in pillars],
        )
        self._offer("horizon", _("any horizon"), [(term.code, term.label) for term in horizons])
        self._offer("status", _("in any status"), [(term.code, term.label) for term in statuses])
        self._offer("lead", _("anyone"), sorted(leads.items(), key=lambda lead: lead[1]))

    def shows(self, pillar: PillarActions, action: RoadmapAction) -> bool:
        """Whether an action passes; nothing passes a filter that was not understood."""
        chosen = self.cleaned_data
        return (
            not self.errors
            and chosen["pillar"] in ("", pillar.row.term.code)
            and (not chosen["horizon"] or bool(action.row.horizon and action.row.horizon.code == chosen["horizon"]))
            and chosen["status"] in ("", action.row.status.code)
            and (not chosen["lead"] or bool(action.lead and action.lead.slug == chosen["lead"]))
            and (not chosen["incomplete"] or bool(action.missing))
        )

    def _offer(self, name: str, everything: Any, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", everything), *choices]
        self.fields[name].error_messages["invalid_choice"] = _("There is no “%(value)s” here. Choose one of the list.")
