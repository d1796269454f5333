"""The addresses of the library, and of each of its three kinds."""

from django.urls import path

from evidence.learning.shapes import SHAPES
from evidence.learning.views import library, page, writing

urlpatterns = [
    path("library/", library.library, name="library"),
    path("library/own/", library.own, name="own_learning"),
    path("library/own/<slug:tab>/", library.own, name="own_learning_tab"),
    path("library/<slug:tab>/", library.library, name="library_tab"),
    path("library/<slug:tab>/export.<slug:extension>", library.export, name="library_export"),
]
for _kind, _shape in SHAPES.items():
    _given = {"kind": _kind.value}
    urlpatterns += [
        path(f"{_shape.tab}/", library.by_kind, _given, name=f"{_kind}_list"),
        path(f"{_shape.tab}/new/", writing.new, _given, name=f"{_kind}_new"),
        path(f"{_shape.tab}/<uuid:uuid>/", page.learning, _given, name=f"{_kind}"),
        path(f"{_shape.tab}/<uuid:uuid>/edit/", writing.edit, _given, name=f"{_kind}_edit"),
        path(f"{_shape.tab}/<uuid:uuid>/wording/", writing.validate, _given, name=f"{_kind}_validate"),
        path(f"{_shape.tab}/<uuid:uuid>/reused/", page.uptake, _given, name=f"{_kind}_uptake"),
    ]
