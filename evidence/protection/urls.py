"""The addresses of protection."""

from django.urls import URLPattern, path

from evidence.protection import views

urlpatterns: list[URLPattern] = [
    path("protection/", views.protection, name="protection"),
    path("protection/holds/", views.hold_list, name="hold_list"),
    path("protection/holds/<int:pk>/", views.hold, name="hold"),
    path("protection/holds/<int:pk>/ask/", views.hold_ask, name="hold_ask"),
    path("protection/holds/<int:pk>/release/", views.hold_release, name="hold_release"),
    path("protection/hold/<slug:kind>/<uuid:uuid>/", views.hold_place, name="hold_place"),
    path("protection/purges/", views.purge_log, name="purge_log"),
    path("protection/erase/", views.erase_find, name="erase_find"),
    path("protection/erase/<uuid:uuid>/", views.erase, name="erase"),
    path("protection/erase/<uuid:uuid>/now/", views.erase_now, name="erase_now"),
]
