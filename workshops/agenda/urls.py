"""The addresses of workshops and their agendas."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from workshops.agenda import board, setting, views


class PartConverter(StringConverter):
    """The parts of a workshop that `setting.PARTS` knows."""

    regex = "days|rooms"


register_converter(PartConverter, "part")

urlpatterns = [
    path("workshops/", views.workshop_list, name="workshop_list"),
    path("workshops/new/", setting.workshop_new, name="workshop_new"),
    path("workshops/<slug:slug>/", views.workshop, name="workshop"),
    path("workshops/<slug:slug>/agenda/", views.agenda, name="agenda"),
    path("workshops/<slug:slug>/agenda.ics", views.agenda_ics, name="agenda_ics"),
    path("workshops/<slug:slug>/schedule.json", views.schedule_json, name="schedule_json"),
    # "Beside the agenda" is also read as "under it".
    path(
        "workshops/<slug:slug>/agenda/agenda.ics",
        views.agenda_ics,
        name="agenda_ics_under",
    ),
    path(
        "workshops/<slug:slug>/agenda/schedule.json",
        views.schedule_json,
        name="schedule_json_under",
    ),
    path("workshops/<slug:slug>/board/", board.agenda_board, name="agenda_board"),
    path("workshops/<slug:slug>/edit/", setting.workshop_edit, name="workshop_edit"),
    path("workshops/<slug:slug>/setting/", setting.setting, name="agenda_setting"),
    path("workshops/<slug:slug>/<part:part>/new/", setting.part_new, name="part_new"),
    path(
        "workshops/<slug:slug>/<part:part>/<int:pk>/edit/",
        setting.part_edit,
        name="part_edit",
    ),
    path(
        "workshops/<slug:slug>/<part:part>/<int:pk>/remove/",
        setting.part_remove,
        name="part_remove",
    ),
    path("workshops/<slug:slug>/sessions/new/", board.session_new, name="session_new"),
    path(
        "workshops/<slug:slug>/sessions/<int:pk>/edit/",
        board.session_edit,
        name="session_edit",
    ),
    path(
        "workshops/<slug:slug>/sessions/<int:pk>/remove/",
        board.session_remove,
        name="session_remove",
    ),
    path(
        "workshops/<slug:slug>/sessions/<int:pk>/showcases/",
        board.placement_add,
        name="placement_add",
    ),
    path(
        "workshops/<slug:slug>/placements/<int:pk>/edit/",
        board.placement_edit,
        name="placement_edit",
    ),
    path(
        "workshops/<slug:slug>/placements/<int:pk>/remove/",
        board.placement_remove,
        name="placement_remove",
    ),
]
