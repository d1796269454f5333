"""The addresses of evidence items."""

from django.urls import path

from evidence.items import views

urlpatterns = [
    path("evidence/items/", views.item_list, name="item_list"),
    path("evidence/items/new/", views.new_item, name="item_new"),
    path("evidence/items/<uuid:uuid>/", views.item, name="item"),
    path("evidence/items/<uuid:uuid>/document/", views.document, name="document"),
    path("evidence/items/<uuid:uuid>/<slug:verb>/", views.change_item, name="item_change"),
    path("evidence/<slug:kind>/<uuid:uuid>/items/", views.record_items, name="record_items"),
    path("evidence/<slug:kind>/<uuid:uuid>/items/<slug:verb>/", views.tie_item, name="item_tie"),
]
