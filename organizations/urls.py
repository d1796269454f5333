"""The addresses of organizations."""

from django.urls import path

from organizations.members import views as members
from organizations.private import views as private
from organizations.profiles import review
from organizations.profiles import views as profiles
from organizations.projects import views as projects
from organizations.registry import views as registry

app_name = "organizations"
urlpatterns = [
    path("organizations/", registry.registry, name="registry"),
    path("organizations/new/", registry.create, name="organization_new"),
    path("organizations/mine/", registry.own_organization, name="own_organization"),
    path("organizations/<slug:slug>/", registry.organization, name="organization"),
    path("organizations/<slug:slug>/entry/", registry.manage, name="organization_entry"),
    path("organizations/<slug:slug>/profile/", profiles.profile, name="profile"),
    path("organizations/<slug:slug>/profile/start/", profiles.start, name="profile_start"),
    path("organizations/<slug:slug>/profile/edit/", profiles.edit, name="profile_edit"),
    path(
        "organizations/<slug:slug>/profile/submit/",
        profiles.submit,
        name="profile_submit",
    ),
    path(
        "organizations/<slug:slug>/profile/take-back/",
        profiles.take_back,
        name="profile_take_back",
    ),
    path(
        "organizations/<slug:slug>/profile/discard/",
        profiles.discard,
        name="profile_discard",
    ),
    path("organizations/<slug:slug>/private/", private.private, name="private"),
    path(
        "organizations/<slug:slug>/private/registration/",
        private.registration,
        name="registration",
    ),
    path("organizations/<slug:slug>/private/papers/", private.add_paper, name="papers"),
    path(
        "organizations/<slug:slug>/private/contacts/new/",
        private.contact,
        name="contact_new",
    ),
    path(
        "organizations/<slug:slug>/private/contacts/<int:pk>/",
        private.contact,
        name="contact",
    ),
    path(
        "organizations/<slug:slug>/private/contacts/<int:pk>/remove/",
        private.remove_contact,
        name="contact_remove",
    ),
    path("papers/<uuid:uuid>/", private.paper, name="paper"),
    path("papers/<uuid:uuid>/remove/", private.remove_paper, name="paper_remove"),
    path("organizations/<slug:slug>/members/", members.members, name="members"),
    path(
        "organizations/<slug:slug>/members/invite/",
        members.invite,
        name="member_invite",
    ),
    path("members/<int:pk>/role/", members.change_role, name="member_role"),
    path("members/<int:pk>/end/", members.end, name="member_end"),
    path("invitations/", members.staff_invitations, name="staff_invitations"),
    path("invitations/<int:pk>/resend/", members.resend, name="invitation_resend"),
    path("invitations/<int:pk>/cancel/", members.cancel, name="invitation_cancel"),
    path("invitations/<str:token>/", members.accept, name="invitation"),
    path("review/profiles/", review.queue, name="profile_queue"),
    path("review/profiles/<int:pk>/", review.review, name="profile_review"),
    path("review/profiles/<int:pk>/return/", review.give_back, name="profile_return"),
    path("review/profiles/<int:pk>/comment/", review.comment, name="profile_comment"),
    *(
        path(
            f"review/profiles/<int:pk>/{verb}/",
            review.step,
            {"verb": verb},
            name=f"profile_{verb}",
        )
        for verb in review.STEPS
    ),
    path(
        "review/profiles/comments/<int:pk>/resolve/",
        review.resolve,
        name="profile_comment_resolve",
    ),
    path("projects/", projects.project_list, name="project_list"),
    path("projects/new/", projects.create, name="project_new"),
    path("projects/<slug:code>/", projects.project, name="project"),
    path("projects/<slug:code>/edit/", projects.edit, name="project_edit"),
    path("projects/<slug:code>/partners/", projects.set_partner, name="project_partners"),
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
