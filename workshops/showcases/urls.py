"""The addresses of showcases."""

from django.urls import path

from workshops.showcases.views import beside, public, remarks, reviewing, sending, writing

urlpatterns = [
    path("workshops/<slug:slug>/showcases/", public.showcase_list, name="showcase_list"),
    path("workshops/<slug:slug>/showcases/start/", writing.start, name="showcase_start"),
    path("showcases/", writing.my_showcases, name="my_showcases"),
    path("showcases/<uuid:uuid>/", public.showcase, name="showcase"),
    path("showcases/<uuid:uuid>/edit/", writing.desk, name="showcase_edit"),
    path(
        "showcases/<uuid:uuid>/edit/<slug:key>/",
        writing.section,
        name="showcase_section",
    ),
    path("showcases/<uuid:uuid>/check/", sending.check, name="showcase_check"),
    path("showcases/<uuid:uuid>/submit/", sending.submit, name="showcase_submit"),
    path("showcases/<uuid:uuid>/step/<slug:verb>/", reviewing.step, name="showcase_step"),
    path("showcases/<uuid:uuid>/comments/", reviewing.comment, name="showcase_comment"),
    path(
        "showcases/<uuid:uuid>/comments/<int:pk>/<slug:verb>/",
        reviewing.settle_comment,
        name="showcase_settle_comment",
    ),
    path("showcases/<uuid:uuid>/sensitivity/", reviewing.sensitivity, name="showcase_sensitivity"),
    path("showcases/<uuid:uuid>/remarks/", remarks.remark, name="showcase_remark"),
    path(
        "showcases/<uuid:uuid>/remarks/<int:pk>/<slug:verb>/",
        remarks.settle_remark,
        name="showcase_settle_remark",
    ),
    path("showcases/<uuid:uuid>/presenters/known/", beside.known_presenter, name="showcase_known_presenter"),
    path(
        "showcases/<uuid:uuid>/presenters/<int:pk>/",
        beside.presenter,
        name="showcase_presenter",
    ),
    path(
        "showcases/<uuid:uuid>/presenters/<int:pk>/remove/",
        beside.remove_presenter,
        name="showcase_remove_presenter",
    ),
    path(
        "showcases/<uuid:uuid>/evidence/<uuid:file_uuid>/",
        beside.evidence_file,
        name="showcase_evidence",
    ),
    path(
        "showcases/<uuid:uuid>/evidence/<uuid:file_uuid>/<slug:verb>/",
        beside.change_evidence,
        name="showcase_change_evidence",
    ),
    path("review/", reviewing.queue, name="review_queue"),
    path("review/<uuid:uuid>/", reviewing.review, name="showcase_review"),
]
