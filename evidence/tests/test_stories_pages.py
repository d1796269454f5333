"""Stories and consents in the browser: from what a person tells to what everybody reads, and back."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.audit import AuditEntry
from evidence.consents import services as consent_services
from evidence.models import Consent, ConsentPerson, Story, StoryConsent, StoryPhoto
from evidence.stories import services
from evidence.tests.telling import REDACTED, TOLD

pytestmark = pytest.mark.django_db
PUBLIC_WORDS = "She sells cloth now and decides herself."


def url(name: str, *args: object) -> str:
    return reverse(f"evidence:{name}", args=args)


@pytest.fixture
def enter():
    """A client of one's own for each person."""

    def open_for(user=None) -> Client:
        client = Client()
        if user:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return open_for


@pytest.fixture
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


CONSENT_FORM = {
    "alias": "the teller",
    "name": "Gulalai Afridi",
    "contact": "⟦person⟧",
    "guardian_name": "",
    "guardian_relation": "",
    "scopes": ["STORY", "ONLINE", "PRINT"],
    "language": "ps",
    "method": "THUMBPRINT",
    "explained_by": "A listener",
    "given_on": "2025-06-01",
    "expires_on": "2099-06-01",
    "withdrawal_channel": "Call the office",
    "refusal_was_free": "on",
}


def test_a_story_goes_from_the_teller_to_the_public_and_back_through_the_pages(
    enter, editor, reviewer, manager, make_user, organization, project, picture
):
    writer = enter(editor)
    recorded = writer.post(
        url("consent_new"),
        {**CONSENT_FORM, "organization": organization.slug, "proof": SimpleUploadedFile("form.jpg", picture)},
    )
    assert recorded.status_code == 302, recorded.context["form"].errors
    consent = Consent.objects.get()
    assert recorded["Location"] == url("consent", consent.uuid)

    told = {name: value for name, value in TOLD.items() if name not in {"protected_words", "collected_on"}}
    started = writer.post(
        url("story_new"),
        {
            **told,
            "collected_on": "2025-06-01",
            "protected_words": "Landi Kotal\nZarak\n",
            "project": project.pk,
            "domain": Story._meta.get_field("domain").related_model.objects.of("story_domain").first().pk,
            "anonymization": "GENERAL",
            "organization": organization.slug,
        },
    )
    assert started.status_code == 302, (started.context["form"].errors, started.context["about"].errors)
    story = Story.objects.get()
    page = writer.get(url("story_edit", story.uuid))
    text = page.content.decode()
    assert page.context["missing"]
    assert '<mark class="tell">Landi Kotal<small> a name</small></mark>' in text
    assert "0301-2345678<small> a number or address</small>" in text

    version = page.context["form"]["version"].value()
    saved = writer.post(url("story_edit", story.uuid), {**REDACTED, "version": version})
    assert saved.status_code == 302, saved.context["form"].errors
    attached = writer.post(url("story_consents", story.uuid), {"consent": consent.uuid, "uses": ["PRINT"]})
    assert attached.status_code == 302, attached.context["form"].errors
    assert writer.get(url("story_edit", story.uuid)).context["missing"] == []

    def step(user, verb, **data):
        story.refresh_from_db()
        answer = enter(user).post(url("step", "story", story.uuid, verb), {"version": story.version, **data})
        assert answer.status_code == 302, answer.content.decode()[:2000]
        story.refresh_from_db()
        return story.state

    assert step(editor, "submit") == "SUBMITTED"
    review = enter(reviewer).get(url("review", "story", story.uuid)).content.decode()
    assert "Gulalai" in review
    assert "Approve the redaction" in review
    assert step(reviewer, "verify") == "VERIFIED"
    assert step(manager, "approve") == "APPROVED"
    other = make_user("second@example.org", "MANAGER")
    story.refresh_from_db()
    refused = enter(other).post(url("step", "story", story.uuid, "publish"), {"version": story.version})
    assert refused.status_code == 409
    assert "The redaction has not been approved yet." in refused.content.decode()
    approved = enter(reviewer).post(url("story_approve_redaction", story.uuid), {"version": story.version})
    assert approved.status_code == 302
    assert enter(reviewer).post(url("story_grade", story.uuid), {"evidence_level": "E1"}).status_code == 302
    assert step(other, "publish") == "PUBLISHED"

    visitor = enter()
    public = visitor.get(url("story", story.uuid))
    assert PUBLIC_WORDS in public.content.decode()
    assert "Gulalai" not in public.content.decode()
    withdrawn = writer.post(url("consent_withdraw", consent.uuid))
    assert withdrawn.status_code == 302
    assert visitor.get(url("story", story.uuid)).status_code == 404
    assert PUBLIC_WORDS not in visitor.get(url("story_list")).content.decode()


def test_whose_consent_it_is_only_the_owner_and_the_officer_read_and_the_officer_is_logged(
    enter,
    make_consent,
    make_story,
    publish,
    editor,
    reviewer,
    manager,
    nacta,
    other_focal_point,
    data_protection_officer,
):
    consent = make_consent()
    publish(make_story(consent=consent))
    address = url("consent_person", consent.uuid)
    found = {
        name: (answer.status_code, "Gulalai Afridi" in answer.content.decode())
        for name, user in (
            ("editor", editor),
            ("reviewer", reviewer),
            ("manager", manager),
            ("nacta", nacta),
            ("other", other_focal_point),
            ("officer", data_protection_officer),
        )
        for answer in [enter(user).get(address)]
    }
    assert found == {
        "editor": (200, True),
        "reviewer": (403, False),
        "manager": (403, False),
        "nacta": (404, False),
        "other": (404, False),
        "officer": (200, True),
    }
    entries = AuditEntry.objects.filter(action="consent.read")
    assert [(row.user_id, row.details) for row in entries] == [(data_protection_officer.pk, {"what": "person"})]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"refusal_was_free": ""}, "refusal_was_free", "refusal costs nothing"),
        ({"is_minor": "on"}, "guardian_name", "guardian"),
        (
            {"is_minor": "on", "guardian_name": "X", "guardian_relation": "aunt", "scopes": ["STORY", "NAME"]},
            "scopes",
            "Nobody under 18 is named",
        ),
        ({"given_on": "2199-01-01"}, "given_on", "Look at the year"),
        ({"given_on": "2098-01-01"}, "given_on", "in the future"),
        ({"expires_on": "2024-01-01"}, "expires_on", "after the day"),
        ({"alias": "gulalai afridi’s story"}, "alias", "may not contain the name"),
        ({"scopes": ["STORY", "NONSENSE"]}, "scopes", "NONSENSE"),
        ({"scopes": []}, "scopes", "required"),
        ({"name": ""}, "name", "required"),
    ],
)
def test_a_consent_that_would_not_hold_is_refused_at_its_field_and_nothing_is_lost(
    enter, editor, organization, change, field, sentence
):
    answer = enter(editor).post(url("consent_new"), {**CONSENT_FORM, "organization": organization.slug, **change})
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert "Call the office" in answer.content.decode()
    assert Consent.objects.count() == 0


def test_two_writers_of_one_redaction_see_both_texts(enter, editor, focal_point, make_story, make_consent):
    story = make_story(consent=make_consent())
    version = story.version
    first, second = enter(editor), enter(focal_point)
    sent = {**REDACTED, "version": version}
    assert first.post(url("story_edit", story.uuid), {**sent, "title": "Theirs"}).status_code == 302
    answer = second.post(url("story_edit", story.uuid), {**sent, "title": "Mine"})
    assert answer.status_code == 409
    assert [(row.saved, row.sent) for row in answer.context["form"].differences if row.label == "Title"] == [
        ("Theirs", "Mine")
    ]
    again = second.post(
        url("story_edit", story.uuid), {**sent, "title": "Mine", "version": answer.context["form"]["version"].value()}
    )
    assert again.status_code == 302
    assert story.revisions.get().title == "Mine"


def test_the_redaction_is_saved_in_the_background(enter, editor, make_story):
    story = make_story()
    answer = enter(editor).post(
        url("story_edit", story.uuid),
        {**REDACTED, "title": "In the background", "version": story.version},
        headers={"X-Autosave": "true"},
    )
    assert answer.json()["version"] == story.version + 1
    stale = enter(editor).post(
        url("story_edit", story.uuid),
        {**REDACTED, "title": "Late", "version": story.version},
        headers={"X-Autosave": "true"},
    )
    assert (stale.status_code, story.revisions.get().title) == (409, "In the background")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"what_changed": "She sells cloth in Landi Kotal."}, "“Landi Kotal” is one of the words"),
        ({"why_it_matters": "Gulalai is proud."}, "“Gulalai” is one of the words"),
        ({"alias": "Gulalai"}, "“Gulalai” is one of the words"),
        ({"what_changed": "Call 0301 2345678."}, "looks like a mobile number"),
        ({"what_changed": "She works in Khyber."}, "“Khyber” is one of the words"),
    ],
)
def test_what_would_tell_who_the_person_is_stands_in_the_way(make_story, make_consent, fields, told):
    from evidence.stories.kind import gaps

    story = make_story(consent=make_consent(), **fields)
    assert any(told in gap.message for gap in gaps(story, story.revisions.get()))


def test_a_word_that_only_contains_a_name_is_no_name(make_story, make_consent):
    from evidence.stories.kind import gaps

    story = make_story(
        consent=make_consent(),
        told={"protected_words": ["Ali", "the old shop"]},
        what_changed="In reality the shop is hers.",
    )
    assert gaps(story, story.revisions.get()) == []


def test_somebody_under_18_is_never_named_nor_placed(make_story, make_consent):
    from core.geography import District
    from evidence.stories.kind import gaps

    consent = make_consent(
        is_minor=True,
        guardian_name="⟦person⟧",
        guardian_relation="aunt",
        scopes=["STORY", "ONLINE", "LOCATION"],
    )
    story = make_story(
        consent=consent, uses=["LOCATION"], anonymization="NONE", district=District.objects.get(code="KP-KHYBER")
    )
    found = {gap.field for gap in gaps(story, story.revisions.get())}
    assert {"district", "anonymization", "alias"} <= found


def test_consent_that_ran_out_between_two_clicks_stops_the_publication_in_words(
    enter, editor, reviewer, manager, make_user, make_consent, make_story, actor_of, now
):
    from evidence.records import services as records

    consent = make_consent()
    story = make_story(consent=consent)
    records.submit_record(actor=actor_of(editor), kind="story", uuid=story.uuid, version=None, at=now)
    services.approve_redaction(actor=actor_of(reviewer), uuid=story.uuid, version=None, at=now)
    records.verify_record(actor=actor_of(reviewer), kind="story", uuid=story.uuid, version=None, at=now)
    records.approve_record(actor=actor_of(manager), kind="story", uuid=story.uuid, version=None, at=now)
    Consent.objects.update(given_at=now - timedelta(days=400), expires_on=timezone.localdate() - timedelta(days=1))
    story.refresh_from_db()
    answer = enter(make_user("second@example.org", "MANAGER")).post(
        url("step", "story", story.uuid, "publish"), {"version": story.version}
    )
    assert answer.status_code == 409
    assert "A consent has run out or was withdrawn." in answer.content.decode()
    story.refresh_from_db()
    assert (story.state, story.published_revision) == ("APPROVED", None)


def test_a_published_story_is_gone_the_day_after_its_consent_ended(enter, make_consent, make_story, publish, editor):
    story = publish(make_story(consent=make_consent()))
    assert enter().get(url("story", story.uuid)).status_code == 200
    Consent.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert enter().get(url("story", story.uuid)).status_code == 404
    assert "Others do not read this any more" in enter(editor).get(url("story", story.uuid)).content.decode()


def test_a_photo_is_seen_only_while_those_in_it_agree(
    enter, editor, make_consent, make_story, publish, picture, actor_of, now
):
    teller, neighbour = make_consent(), make_consent(alias="neighbour", scopes=["IMAGE", "ONLINE", "STORY"])
    story = make_story(consent=teller)
    sent = {"alt_text": "A shop", "alt_text_ur": "", "credit": "The CSO", "taken_on": ""}
    writer = enter(editor)
    refused = writer.post(url("story_photos", story.uuid), {**sent, "file": SimpleUploadedFile("shop.jpg", picture)})
    assert (refused.status_code, StoryPhoto.objects.count()) == (422, 0)
    taken = writer.post(
        url("story_photos", story.uuid),
        {**sent, "file": SimpleUploadedFile("shop.jpg", picture), "consents": [neighbour.uuid]},
    )
    assert taken.status_code == 302
    photo = StoryPhoto.objects.get()
    address = url("story_photo", story.uuid, photo.uuid)
    assert enter().get(address).status_code == 404
    publish(story)
    shown = enter().get(address)
    assert (shown["Content-Type"], b"".join(shown.streaming_content)[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    consent_services.withdraw_consent(actor=actor_of(editor), uuid=neighbour.uuid, at=now)
    assert enter().get(address).status_code == 404
    assert enter().get(url("story", story.uuid)).status_code == 200


def test_renewing_with_less_withdraws_what_used_more(enter, editor, make_consent, make_story, publish, organization):
    consent = make_consent()
    small, large = publish(make_story(consent=consent)), publish(make_story(consent=consent, uses=["PRINT"]))
    page = enter(editor).get(url("consent_renew", consent.uuid))
    assert page.context["form"].initial["name"] == "Gulalai Afridi"
    answer = enter(editor).post(
        url("consent_renew", consent.uuid),
        {**CONSENT_FORM, "organization": organization.slug, "given_on": "2025-12-31", "scopes": ["STORY", "ONLINE"]},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    fresh = Consent.objects.exclude(pk=consent.pk).get()
    assert [enter().get(url("story", row.uuid)).status_code for row in (small, large)] == [200, 404]
    assert set(StoryConsent.objects.values_list("story_id", "consent_id")) == {
        (small.pk, fresh.pk),
        (large.pk, consent.pk),
    }


def test_erasing_a_person_leaves_the_counts_and_nothing_of_the_person(
    make_consent, make_story, publish, data_protection_officer, actor_of, now
):
    consent = make_consent()
    story = publish(make_story(consent=consent))
    consent_services.erase_person(actor=actor_of(data_protection_officer), uuid=consent.uuid, at=now)
    consent.refresh_from_db()
    story.refresh_from_db()
    assert (consent.is_erased, "teller" in consent.alias, story.state) == (True, False, "WITHDRAWN")
    assert ConsentPerson.objects.count() == 0
    assert not hasattr(Story.objects.get(pk=story.pk), "original")


def test_the_list_finds_words_in_both_languages_and_says_what_it_does_not_know(
    enter, make_consent, make_story, publish
):
    story = publish(make_story(consent=make_consent()))
    visitor = enter()

    def found(query):
        answer = visitor.get(f"{url('story_list')}?{query}")
        return answer.status_code, [row.pk for row in answer.context["page"]]

    assert found("q=selling") == (200, [story.pk])
    assert found("q=دكان") == (200, [story.pk])
    assert found("q=motorway") == (200, [])
    assert found("domain=LIVELI&province=") == (200, [story.pk])
    assert found("domain=NONSENSE")[0] == 400


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_database_a_fixed_number_of_times(
    count, enter, editor, make_consent, make_story, publish, django_assert_max_num_queries
):
    for number in range(count):
        publish(make_story(consent=make_consent(alias=f"teller {number}")))
    visitor, writer = enter(), enter(editor)
    for client, name in (
        (visitor, "story_list"),
        (visitor, "story_feed"),
        (writer, "story_mine"),
        (writer, "consent_list"),
    ):
        client.get(url(name))
        with django_assert_max_num_queries(12):
            assert client.get(url(name)).status_code == 200


def test_the_feed_says_where_a_story_is_and_not_what_it_tells(enter, make_consent, make_story, publish):
    story = publish(make_story(consent=make_consent()))
    feed = enter().get(url("story_feed")).content.decode()
    assert "A woman opens a shop" in feed
    assert url("story", story.uuid) in feed
    assert PUBLIC_WORDS not in feed
