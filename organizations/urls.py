"""The addresses of organizations."""

from django.urls import path

from organizations.projects import views as projects
from organizations.registry import views as registry

app_name = "organizations"
urlpatterns = [
    path("organizations/", registry.registry, name="registry"),
    path("organizations/new/", registry.create, name="organization_new"),
    path("organizations/mine/", registry.own_organization, name="own_organization"),
    path("organizations/<slug:slug>/", registry.organization, name="organization"),
    path(
        "organizations/<slug:slug>/entry/", registry.manage, name="organization_entry"
    ),
    path("projects/", projects.project_list, name="project_list"),
    path("projects/new/", projects.create, name="project_new"),
    path("projects/<slug:code>/", projects.project, name="project"),
    path("projects/<slug:code>/edit/", projects.edit, name="project_edit"),
    path(
        "projects/<slug:code>/partners/", projects.set_partner, name="project_partners"
    ),
    path(
        "projects/<slug:code>/partners/<int:pk>/remove/",
        projects.remove_partner,
        name="project_partner_remove",
    ),
    path("projects/<slug:code>/grants/", projects.add_grant, name="project_grants"),
    path(
        "projects/<slug:code>/grants/<int:pk>/remove/",
        projects.remove_grant,
        name="project_grant_remove",
    ),
]
