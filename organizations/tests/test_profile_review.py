"""Promises of the profile review: who takes which step, what stays published meanwhile, and that nothing is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.models import RoleGrant
from core.access import Role
from core.errors import (
    Incomplete,
    InvalidInput,
    NotAllowed,
    StaleWrite,
    WrongState,
)
from core.geography import District
from core.terms import term
from organizations.models import (
    Membership,
    Organization,
    ProfileComment,
    ProfileRevision,
    ProfileTransition,
)
from organizations.profiles import services
from organizations.profiles.changes import profile_changes
from organizations.selectors import tasks_for

pytestmark = pytest.mark.django_db


def url(name: str, row) -> str:
    return reverse(f"organizations:{name}", args=[row])


def snapshot() -> tuple:
    return (
        list(ProfileRevision.objects.order_by("pk").values()),
        list(Organization.objects.order_by("pk").values()),
        ProfileTransition.objects.count(),
    )


@pytest.fixture
def values(organization):
    return {
        "mission": "Mission as written in the form.",
        "mission_ur": "مشن",
        "districts": [District.objects.get(code="KP-KHYBER").pk],
        "themes": [term("pve_theme", "DIALOGUE").pk],
        "target_groups": [term("target_group", "ELDERS").pk],
        "languages": ["ps", "ur"],
        "website": "https://kbf.example.org/",
        "public_phone": "+92 91 9213456",
    }


def test_a_change_goes_the_whole_way_and_only_then_becomes_the_profile(
    sign_in, organization, focal_point, reviewer, manager, values, actions
):
    client = sign_in(focal_point)
    client.post(url("profile_start", organization.slug))
    row = ProfileRevision.objects.get()
    edit = url("profile_edit", organization.slug)
    response = client.post(edit, {**values, "version": row.version, "submit": "1"}, follow=True)
    assert "Sent, waiting for review" in response.content.decode()
    organization.refresh_from_db()
    assert organization.mission == ""
    for user, verb in (
        (reviewer, "verify"),
        (manager, "approve"),
        (manager, "publish"),
    ):
        row.refresh_from_db()
        response = sign_in(user).post(url(f"profile_{verb}", row.pk), {"version": row.version})
        assert response.status_code == 302
    organization.refresh_from_db()
    assert organization.mission == "Mission as written in the form."
    assert [item.code for item in organization.districts.all()] == ["KP-KHYBER"]
    assert organization.languages == ["ps", "ur"]
    assert actions() == [
        "profile.started",
        "profile.submitted",
        "profile.verified",
        "profile.approved",
        "profile.published",
    ]
    client.logout()
    page = client.get(url("organization", organization.slug)).content.decode()
    assert "Mission as written in the form." in page


def test_starting_twice_opens_the_same_change(organization, focal_point, editor, actor_of, now):
    first = services.start_profile_change(actor=actor_of(focal_point), organization_id=organization.pk, at=now)
    second = services.start_profile_change(actor=actor_of(editor), organization_id=organization.pk, at=now)
    assert first.pk == second.pk


@pytest.mark.parametrize(
    "person",
    ["other_focal_point", "manager", "reviewer", "nacta", "funder", "administrator"],
)
def test_nobody_but_its_own_people_writes_a_profile(request, sign_in, organization, change, values, person):
    client = sign_in(request.getfixturevalue(person))
    before = snapshot()
    for name in ("profile_start", "profile_submit", "profile_take_back"):
        assert client.post(url(name, organization.slug)).status_code == 403
    assert client.post(url("profile_edit", organization.slug), {**values, "version": 2}).status_code == 403
    assert snapshot() == before


def test_a_draft_is_hidden_from_reviewers_until_it_is_sent(sign_in, reviewer, change, change_in):
    client = sign_in(reviewer)
    assert client.get(url("profile_review", change.pk)).status_code == 404
    change_in("SUBMITTED")
    assert client.get(url("profile_review", change.pk)).status_code == 200


@pytest.mark.parametrize("person", ["other_focal_point", "nacta", "funder", "administrator"])
def test_a_proposed_profile_is_absent_for_everyone_else(request, sign_in, change_in, person):
    row = change_in("SUBMITTED")
    client = sign_in(request.getfixturevalue(person))
    assert client.get(url("profile_review", row.pk)).status_code == 404
    assert client.post(url("profile_verify", row.pk)).status_code == 404
    assert client.get(reverse("organizations:profile_queue")).status_code == 403
    row.refresh_from_db()
    assert row.state == "SUBMITTED"


def test_nobody_verifies_or_approves_what_they_or_their_organization_wrote(
    change_in, make_member, organization, focal_point, actor_of, now
):
    row = change_in("SUBMITTED")
    for user in (focal_point, make_member("c@example.org", organization, Role.EDITOR)):
        user.role_grants.create(role=Role.REVIEWER, granted_at=now)
        user.role_grants.create(role=Role.MANAGER, granted_at=now)
        before = snapshot()
        for service in (services.verify_profile, services.approve_profile):
            with pytest.raises(NotAllowed):
                service(actor=actor_of(user), pk=row.pk, version=row.version, at=now)
        assert snapshot() == before
    # The author has left the organization, and still does not verify the own text.
    Membership.objects.filter(user=focal_point).update(ended_on=now.date())
    with pytest.raises(NotAllowed):
        services.verify_profile(actor=actor_of(focal_point), pk=row.pk, version=row.version, at=now)


def test_a_reviewer_does_not_approve_and_a_manager_does_not_verify(change_in, reviewer, manager, actor_of, now):
    row = change_in("SUBMITTED")
    with pytest.raises(NotAllowed):
        services.verify_profile(actor=actor_of(manager), pk=row.pk, version=row.version, at=now)
    row = change_in("VERIFIED")
    for service in (services.approve_profile, services.publish_profile):
        with pytest.raises(NotAllowed):
            service(actor=actor_of(reviewer), pk=row.pk, version=row.version, at=now)


def test_a_step_that_does_not_start_here_is_refused(change_in, manager, actor_of, now):
    row = change_in("SUBMITTED")
    before = snapshot()
    for service in (services.approve_profile, services.publish_profile):
        with pytest.raises(WrongState):
            service(actor=actor_of(manager), pk=row.pk, version=row.version, at=now)
    assert snapshot() == before


def test_a_return_without_a_reason_is_refused(sign_in, reviewer, change_in):
    row = change_in("SUBMITTED")
    before = snapshot()
    response = sign_in(reviewer).post(url("profile_return", row.pk), {"version": row.version, "reason": "  "})
    assert response.status_code == 422
    assert "Give the reason." in response.content.decode()
    assert snapshot() == before


def test_a_returned_change_shows_the_reason_and_every_reason_is_kept(
    sign_in, reviewer, focal_point, change_in, organization, now, actor_of
):
    row = change_in("SUBMITTED")
    for number in (1, 2):
        row.refresh_from_db()
        sign_in(reviewer).post(
            url("profile_return", row.pk),
            {"version": row.version, "reason": f"Reason {number} <script>"},
        )
        page = sign_in(focal_point).get(url("profile", organization.slug))
        assert f"Reason {number} &lt;script&gt;" in page.content.decode()
        row.refresh_from_db()
        services.submit_profile(actor=actor_of(focal_point), pk=row.pk, version=row.version, at=now)
    page = sign_in(reviewer).get(url("profile_review", row.pk)).content.decode()
    assert "Reason 1" in page
    assert "Reason 2" in page


def test_a_change_is_not_sent_while_something_is_missing(sign_in, focal_point, organization, change, values):
    client = sign_in(focal_point)
    response = client.post(
        url("profile_edit", organization.slug),
        {**values, "mission": "", "themes": [], "version": change.version, "submit": 1},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert 'href="#field-mission"' in page
    assert 'href="#field-themes"' in page
    change.refresh_from_db()
    assert change.state == "DRAFT"
    assert change.mission_ur == "مشن"


def test_what_is_missing_is_refused_by_the_service_too(change, focal_point, actor_of, now):
    change.districts.clear()
    with pytest.raises(Incomplete) as refusal:
        services.submit_profile(actor=actor_of(focal_point), pk=change.pk, version=change.version, at=now)
    assert [name for name, _ in refusal.value.missing] == ["districts"]


def test_a_stale_write_shows_both_texts_and_loses_neither(
    sign_in, focal_point, editor, organization, change, values, actor_of, now
):
    services.save_profile(
        actor=actor_of(editor),
        pk=change.pk,
        values={"mission": "Saved by the editor."},
        version=change.version,
        at=now,
    )
    client = sign_in(focal_point)
    edit = url("profile_edit", organization.slug)
    response = client.post(edit, {**values, "version": change.version})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Saved by the editor." in page
    assert "Mission as written in the form." in page
    assert ProfileRevision.objects.get().mission == "Saved by the editor."
    client.post(edit, {**values, "version": response.context["form"].data["version"]})
    assert ProfileRevision.objects.get().mission == "Mission as written in the form."


def test_text_sent_after_the_draft_was_submitted_stays_on_the_page(sign_in, editor, organization, change_in, values):
    row = change_in("SUBMITTED")
    before = snapshot()
    response = sign_in(editor).post(url("profile_edit", organization.slug), {**values, "version": 2, "submit": "1"})
    assert response.status_code == 409
    assert "Mission as written in the form." in response.content.decode()
    assert snapshot() == before
    assert row.state == "SUBMITTED"


def test_a_double_click_makes_one_submission_and_one_of_each_step(
    sign_in, focal_point, reviewer, organization, change, values
):
    client = sign_in(focal_point)
    data = {**values, "version": change.version, "submit": "1"}
    for _press in range(2):
        response = client.post(url("profile_edit", organization.slug), data)
        assert response.url == url("profile", organization.slug)
    assert ProfileTransition.objects.filter(verb="submit").count() == 1
    change.refresh_from_db()
    for _press in range(2):
        response = sign_in(reviewer).post(url("profile_verify", change.pk), {"version": change.version})
        assert response.status_code == 302
    assert ProfileTransition.objects.filter(verb="verify").count() == 1


def test_a_step_on_a_text_that_changed_meanwhile_is_refused(change_in, reviewer, actor_of, now):
    row = change_in("SUBMITTED")
    with pytest.raises(StaleWrite):
        services.verify_profile(actor=actor_of(reviewer), pk=row.pk, version=row.version - 1, at=now)


def test_a_verified_text_that_is_changed_goes_the_whole_way_again(sign_in, focal_point, organization, change_in):
    row = change_in("VERIFIED")
    sign_in(focal_point).post(url("profile_take_back", organization.slug), {"version": row.version})
    row.refresh_from_db()
    assert row.state == "DRAFT"


def test_saving_on_every_change_answers_with_the_time_and_the_version(
    sign_in, focal_point, organization, change, values
):
    client = sign_in(focal_point)
    edit = url("profile_edit", organization.slug)
    response = client.post(edit, {**values, "version": change.version}, headers={"X-Autosave": "true"})
    assert response.json()["version"] == change.version + 1
    stale = client.post(edit, {**values, "version": change.version}, headers={"X-Autosave": "true"})
    assert stale.status_code == 409
    assert stale.json() == {"message": "Somebody else saved this after you opened it."}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"public_phone": "0300-1234567"}, "This is a mobile number"),
        ({"public_phone": "+92 (0)333 1234567"}, "This is a mobile number"),
        ({"public_phone": "۰۳۰۰۱۲۳۴۵۶۷"}, "This is a mobile number"),
        ({"mission": "Card 17301-1234567-9"}, "national identity card number"),
        ({"mission_ur": "فون ۰۳۰۰۱۲۳۴۵۶۷"}, "looks like a mobile number"),
        ({"mission": "word " * 151}, "Write at most 150 words."),
        ({"mission": "x" * 20_000}, "at most 2400 characters"),
        ({"mission": "null\x00byte"}, "Null characters are not allowed."),
        ({"website": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"website": "ftp://example.org/"}, "Enter a valid URL."),
        ({"founded_year": "3000"}, "Give a year between 1850 and this year."),
        ({"women_staff_count": "-4"}, "greater than or equal to 0"),
        ({"women_staff_count": "99999999999"}, "This number is too large."),
        ({"districts": ["0"]}, "not one of the available choices"),
        ({"languages": ["xx"]}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_accepted_is_said_and_nothing_changes(
    sign_in, focal_point, organization, change, values, wrong, said
):
    before = snapshot()
    response = sign_in(focal_point).post(
        url("profile_edit", organization.slug),
        {**values, "version": change.version, **wrong},
    )
    assert response.status_code == 422
    assert said in response.content.decode()
    assert snapshot() == before


def test_personal_data_is_refused_by_the_service_too(change, focal_point, actor_of, now):
    with pytest.raises(InvalidInput):
        services.save_profile(
            actor=actor_of(focal_point),
            pk=change.pk,
            values={"mission": "Call 0300-1234567"},
            version=change.version,
            at=now,
        )


def test_hostile_text_is_cleaned_and_shown_as_text(
    sign_in, focal_point, reviewer, organization, change, values, now, actor_of
):
    sign_in(focal_point).post(
        url("profile_edit", organization.slug),
        {
            **values,
            "mission": "\u202eevil\u202c <script>alert(1)</script> 🕊️ امن",
            "version": change.version,
            "submit": "1",
        },
    )
    change.refresh_from_db()
    assert change.mission == "evil <script>alert(1)</script> 🕊️ امن"
    page = sign_in(reviewer).get(url("profile_review", change.pk)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_reviewer_sees_what_is_different_field_by_field(organization, change, reviewer):
    organization.mission = "Builds talks in Peshawar."
    organization.save()
    change.themes.set([term("pve_theme", "DIALOGUE"), term("pve_theme", "YOUTH")])
    changed = {item.name: item for item in profile_changes(organization, change) if item.is_changed}
    assert set(changed) == {"mission", "themes"}
    assert changed["themes"].added == ["Youth engagement and empowerment"]
    assert changed["themes"].removed == ["Community resilience and social cohesion"]
    assert changed["themes"].kept == ["Dialogue, mediation and conflict prevention"]


def test_words_that_changed_are_marked_on_the_review_page(sign_in, reviewer, organization, change_in):
    row = change_in("SUBMITTED")
    Organization.objects.update(mission="Builds talks in Peshawar and Khyber.")
    page = sign_in(reviewer).get(url("profile_review", row.pk)).content.decode()
    assert "<del>talks</del>" in page
    assert "<ins>conversation</ins>" in page


def test_a_comment_belongs_to_a_field_and_is_resolved_and_opened_again(
    sign_in, reviewer, focal_point, organization, change_in
):
    row = change_in("SUBMITTED")
    sign_in(reviewer).post(
        url("profile_comment", row.pk),
        {"field": "mission", "body": "Say for whom. <b>"},
    )
    comment = ProfileComment.objects.get()
    page = sign_in(focal_point).get(url("profile", organization.slug))
    assert "Say for whom. &lt;b&gt;" in page.content.decode()
    resolve = url("profile_comment_resolve", comment.pk)
    for person, is_resolved in ((focal_point, True), (reviewer, False)):
        sign_in(person).post(resolve)
        comment.refresh_from_db()
        assert (comment.resolved_at is not None) is is_resolved


@pytest.mark.parametrize(
    "data",
    [
        {"field": "mission", "body": ""},
        {"field": "password", "body": "x"},
        {"field": "", "body": "x" * 4001},
        {"field": "", "body": "a\x00b"},
    ],
)
def test_a_comment_that_cannot_be_kept_is_refused(sign_in, reviewer, change_in, data):
    row = change_in("SUBMITTED")
    response = sign_in(reviewer).post(url("profile_comment", row.pk), data)
    assert response.status_code == 422
    assert not ProfileComment.objects.exists()


def test_people_of_the_organization_and_of_others_do_not_comment(sign_in, focal_point, other_focal_point, change_in):
    row = change_in("SUBMITTED")
    data = {"field": "mission", "body": "x"}
    for person, status in ((focal_point, 403), (other_focal_point, 404)):
        response = sign_in(person).post(url("profile_comment", row.pk), data)
        assert response.status_code == status
    assert not ProfileComment.objects.exists()


def test_names_stay_with_those_who_may_know_the_person(
    sign_in, reviewer, manager, focal_point, organization, change_in
):
    row = change_in("SUBMITTED")
    client = sign_in(reviewer)
    client.post(url("profile_comment", row.pk), {"field": "", "body": "Remark"})
    client.post(url("profile_return", row.pk), {"version": row.version, "reason": "Because"})
    page = sign_in(focal_point).get(url("profile", organization.slug)).content.decode()
    assert "Remark" in page
    assert reviewer.name not in page
    assert focal_point.name in page
    assert "The programme" in page
    review = url("profile_review", row.pk)
    assert focal_point.name not in sign_in(reviewer).get(review).content.decode()
    both = sign_in(manager).get(review).content.decode()
    assert focal_point.name in both
    assert reviewer.name in both


@pytest.mark.parametrize(
    ("state", "verb", "person", "readers", "template"),
    [
        ("DRAFT", "submit", "focal_point", ["reviewer@example.org"], "to check"),
        ("SUBMITTED", "verify", "reviewer", ["manager@example.org"], "to approve"),
        (
            "VERIFIED",
            "approve",
            "manager",
            ["editor@example.org", "focal@example.org"],
            "accepted",
        ),
        (
            "APPROVED",
            "publish",
            "manager",
            ["editor@example.org", "focal@example.org"],
            "is published",
        ),
    ],
)
def test_every_step_tells_the_right_people(
    request,
    sent,
    editor,
    change_in,
    actor_of,
    now,
    state,
    verb,
    person,
    readers,
    template,
):
    row = change_in(state)
    service = getattr(services, f"{verb}_profile")
    messages = sent(
        lambda: service(
            actor=actor_of(request.getfixturevalue(person)),
            pk=row.pk,
            version=row.version,
            at=now,
        )
    )
    assert sorted(message.to[0] for message in messages) == readers
    assert all(template in message.subject for message in messages)


def test_a_return_is_told_to_the_organization_without_the_reason(sent, editor, change_in, reviewer, actor_of, now):
    row = change_in("SUBMITTED")
    messages = sent(
        lambda: services.return_profile(
            actor=actor_of(reviewer),
            pk=row.pk,
            reason="⟦reason⟧",
            version=row.version,
            at=now,
        )
    )
    assert sorted(message.to[0] for message in messages) == [
        "editor@example.org",
        "focal@example.org",
    ]
    assert all("⟦reason⟧" not in message.body for message in messages)


def test_each_person_is_told_what_waits_for_them(
    change_in, focal_point, editor, reviewer, manager, nacta, actor_of, organization
):
    def titles(user):
        return [task.title for task in tasks_for(actor_of(user))]

    waiting = {
        "DRAFT": (editor, "Your change to the profile of Khyber Bridges Foundation"),
        "SUBMITTED": (reviewer, "Review the profile of Khyber Bridges Foundation"),
        "VERIFIED": (manager, "Approve the profile of Khyber Bridges Foundation"),
        "APPROVED": (manager, "Publish the profile of Khyber Bridges Foundation"),
    }
    people = [editor, reviewer, manager, nacta]
    for state, (user, title) in waiting.items():
        change_in(state)
        assert [entry.startswith(title) for entry in titles(user)] == [True]
        for other in people:
            assert other == user or titles(other) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_with_one_row_and_with_three(
    sign_in,
    reviewer,
    make_organization,
    make_user,
    now,
    django_assert_num_queries,
    count,
):
    author = make_user("author@example.org")
    for number in range(count):
        ProfileRevision.objects.create(
            organization=make_organization(f"Organization {number}"),
            state="SUBMITTED",
            created_by=author,
            created_at=now,
            saved_at=now,
        )
    client = sign_in(reviewer)
    queue = reverse("organizations:profile_queue")
    client.get(queue)
    with django_assert_num_queries(7):
        page = client.get(queue)
    assert len(page.context["page"].object_list) == count


@pytest.mark.parametrize("name", ["profile_review", "profile"])
def test_the_pages_of_a_change_stay_within_twelve_queries(
    sign_in,
    reviewer,
    focal_point,
    organization,
    change_in,
    django_assert_max_num_queries,
    name,
):
    row = change_in("SUBMITTED")
    is_review = name == "profile_review"
    client = sign_in(reviewer if is_review else focal_point)
    for number in range(3):
        ProfileComment.objects.create(subject=row, body=f"c{number}", author=reviewer, created_at=row.created_at)
    page = url(name, row.pk if is_review else organization.slug)
    client.get(page)
    with django_assert_max_num_queries(12):
        assert client.get(page).status_code == 200


def test_an_unknown_step_of_the_queue_is_absent(sign_in, reviewer):
    queue = reverse("organizations:profile_queue")
    assert sign_in(reviewer).get(queue, {"state": "nothing"}).status_code == 404
    assert escape("No profile is waiting") in sign_in(reviewer).get(queue).content.decode()


def test_publishing_puts_the_change_before_it_into_the_archive(
    change_in, focal_point, reviewer, manager, actor_of, organization, now
):
    first = change_in("PUBLISHED")
    row = services.start_profile_change(actor=actor_of(focal_point), organization_id=organization.pk, at=now)
    assert row.mission == first.mission
    for service, user in (
        (services.submit_profile, focal_point),
        (services.verify_profile, reviewer),
        (services.approve_profile, manager),
        (services.publish_profile, manager),
    ):
        row = service(actor=actor_of(user), pk=row.pk, version=row.version, at=now)
    first.refresh_from_db()
    assert (first.state, row.state) == ("ARCHIVED", "PUBLISHED")


def test_nobody_verifies_and_approves_the_same_change_also_with_both_roles(
    sign_in, change_in, make_user, manager, actor_of, now
):
    both = make_user("both@example.org", Role.REVIEWER, Role.MANAGER)
    row = change_in("SUBMITTED")
    row = services.verify_profile(actor=actor_of(both), pk=row.pk, version=row.version, at=now)
    before = snapshot()
    with pytest.raises(NotAllowed, match="neither wrote nor verified"):
        services.approve_profile(actor=actor_of(both), pk=row.pk, version=row.version, at=now)
    assert snapshot() == before
    assert url("profile_approve", row.pk) not in sign_in(both).get(url("profile_review", row.pk)).content.decode()
    assert services.approve_profile(actor=actor_of(manager), pk=row.pk, version=row.version, at=now).state == "APPROVED"


def test_a_change_of_employer_opens_no_change_of_the_former_one(change_in, make_member, organization, actor_of, now):
    mover = make_member("mover@example.org", organization, "EDITOR")
    RoleGrant.objects.create(user=mover, role=Role.REVIEWER, granted_at=now)
    row = change_in("SUBMITTED")
    mover.memberships.update(ended_on=row.created_at.date())
    with pytest.raises(NotAllowed):
        services.verify_profile(actor=actor_of(mover), pk=row.pk, version=row.version, at=now)
    mover.memberships.update(started_on="2024-01-01", ended_on="2025-01-01")
    assert services.verify_profile(actor=actor_of(mover), pk=row.pk, version=row.version, at=now).state == "VERIFIED"


def test_a_second_press_of_the_button_comments_once(sign_in, reviewer, change_in):
    row = change_in("SUBMITTED")
    client = sign_in(reviewer)
    for _ in range(2):
        assert client.post(url("profile_comment", row.pk), {"field": "mission", "body": "Where?"}).status_code == 302
    assert row.comments.count() == 1
