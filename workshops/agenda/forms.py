"""What those who run a workshop fill in: the workshop, its days and rooms, its sessions, and what is placed in them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import Sensitivity
from core.terms import Term
from core.web.forms import RecordForm, StaleForm
from organizations.models import Programme
from workshops.agenda import services
from workshops.agenda.selectors import unplaced_showcases
from workshops.agenda.services.overlaps import in_words
from workshops.agenda.services.placements import MOST_MINUTES
from workshops.agenda.services.sessions import moments
from workshops.models import Room, Session, Showcase, Workshop, WorkshopDay

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor
    from workshops.models import Placement

LATIN_AREA = {"rows": 3}
URDU = {"dir": "rtl", "lang": "ur"}
DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK_INPUT = {"type": "time", "step": 300}


class WorkshopForm(RecordForm):
    """A workshop. Its address is chosen once; links to it, and calendars that follow it, stay valid."""

    class Meta:
        model = Workshop
        fields = [
            "title",
            "title_ur",
            "slug",
            "summary",
            "summary_ur",
            "venue",
            "venue_ur",
            "starts_on",
            "ends_on",
            "submission_deadline",
            "is_open_for_showcases",
            "programme",
            "sensitivity",
            "is_published",
        ]
        labels = {
            "slug": _("Address"),
            "programme": _("Programme"),
            "sensitivity": _("Who may read it once public"),
        }
        help_texts = {
            "slug": _("The last part of the web address, such as national-workshop-2026. It cannot be changed later."),
            "submission_deadline": _("On the clock of Pakistan."),
            "is_published": _("Until then, only staff read the agenda."),
        }
        widgets = {
            "title_ur": forms.TextInput(attrs=URDU),
            "summary": forms.Textarea(attrs=LATIN_AREA),
            "summary_ur": forms.Textarea(attrs={**LATIN_AREA, **URDU}),
            "venue_ur": forms.TextInput(attrs=URDU),
            "starts_on": DAY_INPUT,
            "ends_on": DAY_INPUT,
            "submission_deadline": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["sensitivity"].choices = Sensitivity.choices
        if self.instance.pk:
            del self.fields["slug"], self.fields["programme"]
        else:
            programmes = Programme.objects.visible_to(actor).order_by("code")
            self.fields["programme"].queryset = programmes
            self.fields["programme"].initial = programmes.first()

    def save(self, *, actor: Actor, at: datetime) -> Workshop:
        if self.instance.pk:
            return services.change_workshop(
                actor=actor,
                slug=self.instance.slug,
                version=self.cleaned_data["version"],
                values=self.values(),
                at=at,
            )
        return services.create_workshop(actor=actor, values=self.values(), at=at)

    def _same_choices(self) -> dict[str, Any]:
        return {"actor": self.actor}


class PartForm(RecordForm):
    """A day or a room of a workshop."""

    add: Any
    change: Any

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop = workshop

    def save(self, *, actor: Actor, at: datetime) -> Any:
        if self.instance.pk:
            return self.change(
                actor=actor,
                pk=self.instance.pk,
                version=self.cleaned_data["version"],
                values=self.values(),
                at=at,
            )
        return self.add(actor=actor, slug=self.workshop.slug, values=self.values(), at=at)

    def _same_choices(self) -> dict[str, Any]:
        return {"workshop": self.workshop}


class DayForm(PartForm):
    """A day. When its date moves, its sessions move with it."""

    add = staticmethod(services.add_day)
    change = staticmethod(services.change_day)

    class Meta:
        model = WorkshopDay
        fields = ["held_on", "title", "title_ur"]
        widgets = {"held_on": DAY_INPUT, "title_ur": forms.TextInput(attrs=URDU)}


class RoomForm(PartForm):
    """A room."""

    add = staticmethod(services.add_room)
    change = staticmethod(services.change_room)

    class Meta:
        model = Room
        fields = ["name", "name_ur", "capacity"]
        widgets = {"name_ur": forms.TextInput(attrs=URDU)}


class SessionForm(RecordForm):
    """A session: its day, its times on that day, its room, its type. `uuid` makes a double click one session."""

    starts = forms.TimeField(
        label=_("Start"),
        widget=forms.TimeInput(attrs=CLOCK_INPUT, format="%H:%M"),
        help_text=_("On the clock of Pakistan."),
    )
    ends = forms.TimeField(label=_("End"), widget=forms.TimeInput(attrs=CLOCK_INPUT, format="%H:%M"))
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = [
        "title",
        "title_ur",
        "day",
        "starts",
        "ends",
        "room",
        "type",
        "is_break",
        "description",
        "description_ur",
    ]

    class Meta:
        model = Session
        fields = [
            "title",
            "title_ur",
            "day",
            "room",
            "type",
            "is_break",
            "description",
            "description_ur",
        ]
        labels = {"is_break": _("This is a break, such as tea, lunch or prayer")}
        widgets = {
            "title_ur": forms.TextInput(attrs=URDU),
            "description": forms.Textarea(attrs=LATIN_AREA),
            "description_ur": forms.Textarea(attrs={**LATIN_AREA, **URDU}),
        }

    def __init__(self, *args: Any, workshop: Workshop, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop, self.actor = workshop, actor
        self.fields["day"].queryset = (
            WorkshopDay.objects.visible_to(actor).filter(workshop=workshop).order_by("held_on", "pk")
        )
        self.fields["day"].label_from_instance = _day_label
        self.fields["room"].queryset = Room.objects.visible_to(actor).filter(workshop=workshop).order_by("name", "pk")
        self.fields["type"].queryset = Term.objects.of("session_type")
        self.fields["type"].help_text = _("Every session has one, only a break has none.")
        self.fields["type"].widget.attrs["data-plain-label"] = ""
        if self.instance.pk:
            self.initial["starts"] = timezone.localtime(self.instance.starts_at).time()
            self.initial["ends"] = timezone.localtime(self.instance.ends_at).time()
        else:
            self.initial.setdefault("uuid", uuid.uuid4())

    def values(self) -> dict[str, Any]:
        starts_at, ends_at = moments(
            self.cleaned_data["day"],
            self.cleaned_data["starts"],
            self.cleaned_data["ends"],
        )
        return {**super().values(), "starts_at": starts_at, "ends_at": ends_at}

    def save(self, *, actor: Actor, at: datetime) -> Session:
        if self.instance.pk:
            return services.change_session(
                actor=actor,
                pk=self.instance.pk,
                version=self.cleaned_data["version"],
                values=self.values(),
                at=at,
            )
        return services.add_session(
            actor=actor,
            slug=self.workshop.slug,
            uuid=self.cleaned_data["uuid"] or uuid.uuid4(),
            values=self.values(),
            at=at,
        )

    def _same_choices(self) -> dict[str, Any]:
        return {"workshop": self.workshop, "actor": self.actor}


class MinutesForm(forms.Form):
    """How long a showcase has."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=MOST_MINUTES, initial=10)


class PlaceForm(MinutesForm):
    """A showcase for a session: one that was sent in and has no place yet."""

    showcase = forms.ModelChoiceField(
        label=_("Showcase"),
        queryset=Showcase.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose a showcase"),
    )
    field_order = ["showcase", "minutes"]

    def __init__(self, *args: Any, session: Session, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        waiting = unplaced_showcases(actor=actor, workshop=session.workshop)
        field = self.fields["showcase"]
        # All that may be seen: what was placed a moment ago is then refused with the session it is in.
        field.queryset = Showcase.objects.visible_to(actor).filter(workshop=session.workshop)
        field.choices = [
            ("", field.empty_label),
            *[(row.uuid, f"{row.organization.display_name} ({row.staff_label})") for row in waiting],
        ]
        self.has_choices = bool(waiting)

    def save(self, *, actor: Actor, at: datetime) -> Placement:
        return services.place_showcase(
            actor=actor,
            session_pk=self.session.pk,
            showcase_uuid=self.cleaned_data["showcase"].uuid,
            minutes=self.cleaned_data["minutes"],
            at=at,
        )


class PlacementForm(StaleForm, MinutesForm):
    """Where a placed showcase stands: session, place in it, minutes. `version` is the one the planner saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    session = forms.ModelChoiceField(label=_("Session"), queryset=Session.objects.none(), empty_label=None)
    position = forms.IntegerField(label=_("Place"), min_value=1, max_value=999)
    field_order = ["session", "position", "minutes"]

    def __init__(self, *args: Any, placement: Placement, sessions: list[Session], **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "session": placement.session_id,
                "position": placement.position,
                "minutes": placement.minutes,
                "version": placement.version,
            },
        )
        super().__init__(*args, prefix=f"placement-{placement.pk}", **kwargs)
        self.placement, self.sessions = placement, sessions
        field = self.fields["session"]
        field.queryset = Session.objects.filter(pk__in=[row.pk for row in sessions])
        field.choices = [(row.pk, in_words(row)) for row in sessions]

    def save(self, *, actor: Actor, at: datetime) -> Placement:
        return services.change_placement(
            actor=actor,
            pk=self.placement.pk,
            version=self.cleaned_data["version"],
            session_pk=self.cleaned_data["session"].pk,
            position=self.cleaned_data["position"],
            minutes=self.cleaned_data["minutes"],
            at=at,
        )

    def _as_saved(self, current: Placement) -> PlacementForm:
        return PlacementForm(placement=current, sessions=self.sessions)


def _day_label(day: WorkshopDay) -> str:
    words = {"date": date_format(day.held_on, "l, j F"), "title": str(day)}
    return gettext("%(date)s: %(title)s") % words if day.title else words["date"]
