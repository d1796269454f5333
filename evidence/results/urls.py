"""The addresses of results."""

from django.urls import path

from evidence.results.views import entry, keeping, pages

urlpatterns = [
    path("results/", pages.results, name="results"),
    path("results/logframe/", pages.logframe, name="logframe"),
    path("results/logframe.xlsx", pages.logframe_xlsx, name="logframe_xlsx"),
    path("results/calendar/", pages.calendar, name="calendar"),
    path("results/framework/", keeping.framework, name="framework"),
    path("results/framework/nodes/new/", keeping.node_form, name="node_new"),
    path("results/framework/nodes/<int:pk>/", keeping.node_form, name="node_edit"),
    path("results/framework/nodes/<int:node>/assumptions/new/", keeping.assumption_form, name="assumption_new"),
    path("results/framework/nodes/<int:node>/assumptions/<int:pk>/", keeping.assumption_form, name="assumption_edit"),
    path("results/framework/indicators/new/", keeping.indicator_new, name="indicator_new"),
    path("results/framework/indicators/<slug:code>/", keeping.indicator_edit, name="indicator_edit"),
    path("results/projects/<slug:code>/setup/", keeping.project_setup, name="project_setup"),
    path("results/projects/<slug:code>/setup/<slug:indicator>/", keeping.aims_form, name="project_aims"),
    path("results/indicators/<slug:code>/", pages.indicator, name="indicator"),
    path("results/projects/<slug:code>/", pages.project_results, name="project_results"),
    path("results/projects/<slug:code>/periods/<int:pk>/", entry.period_entry, name="period_entry"),
    path("results/projects/<slug:code>/periods/<int:pk>/submit/", entry.period_submit, name="period_submit"),
    path(
        "results/projects/<slug:code>/periods/<int:pk>/from/<slug:indicator>/",
        entry.period_sources,
        name="period_sources",
    ),
    path("results/<uuid:uuid>/", pages.result, name="result"),
    path("results/<uuid:uuid>/edit/", entry.result_edit, name="result_edit"),
]
