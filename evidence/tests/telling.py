"""The scene of the tests of stories, wherever they are told on: what a person told, a consent, a story, its publication."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import User
from core.access import Role
from core.geography import District, Province
from evidence.consents import services as consents
from evidence.consents.services import Person
from evidence.models import Story
from evidence.records import services as records
from evidence.stories import services as stories

#: What a person told, with everything in it that may not get out.
TOLD = {
    "title": "⟦told⟧ Gulalai opens a shop in Landi Kotal",
    "situation_before": "⟦told⟧ Gulalai Afridi sat at home in Landi Kotal.",
    "what_changed": "⟦told⟧ Gulalai sells cloth in Khyber. Her number is 0301-2345678.",
    "why_it_matters": "⟦told⟧ Because her brother Zarak came back from the camp.",
    "contribution": "",
    "quote": "",
    "language": "ps",
    "collected_on": date(2025, 6, 1),
    "collected_by": "A listener",
    "protected_words": ["Landi Kotal", "Zarak"],
}
#: What others may read of it.
REDACTED = {
    "title": "A woman opens a shop",
    "title_ur": "ایک خاتون نے دکان کھولی",
    "situation_before": "She stayed at home.",
    "what_changed": "She sells cloth now and decides herself.",
    "why_it_matters": "Because her family stands with her.",
    "contribution": "The project lent a sewing machine; a neighbour taught her.",
    "quote": "I count my own money.",
    "language": "en",
    "alias": "Hina",
}


@pytest.fixture
def make_consent(organization, editor, actor_of, now):
    """A consent through the services: `make_consent(scopes=["STORY", "ONLINE", "PRINT"])`."""

    def make(*, by=None, **fields):
        guardian = {name: fields.pop(name) for name in ("guardian_name", "guardian_relation") if name in fields}
        given = {
            "alias": "teller",
            "person": Person(name="Gulalai Afridi", explained_by="⟦person⟧ A listener", contact="⟦person⟧", **guardian),
            "is_minor": False,
            "scopes": ["STORY", "ONLINE", "PRINT", "API"],
            "language": "ps",
            "method": "THUMBPRINT",
            "refusal_was_free": True,
            "withdrawal_channel": "Call the office",
            "given_at": now - timedelta(days=30),
            "expires_on": date(2099, 1, 1),
            **fields,
        }
        return consents.record_consent(
            actor=actor_of(by or editor), organization_slug=organization.slug, at=now, **given
        )

    return make


@pytest.fixture
def make_story(organization, project, editor, actor_of, now):
    """A story through the services, redacted and with a consent: `make_story(consent=…, title="…")`."""

    def make(*, by=None, consent=None, uses=(), told=None, anonymization="GENERAL", **fields):
        actor = actor_of(by or editor)
        row = stories.start_story(
            actor=actor,
            organization_slug=organization.slug,
            project_code=project.code,
            domain_code="LIVELI",
            anonymization=anonymization,
            values={**TOLD, "district": District.objects.get(code="KP-KHYBER"), **(told or {})},
            at=now,
        )
        stories.save_redaction(
            actor=actor,
            uuid=row.uuid,
            version=None,
            values={**REDACTED, "province": Province.objects.get(short="KP"), **fields},
            at=now,
        )
        if consent is not None:
            stories.attach_consent(actor=actor, uuid=row.uuid, consent_uuid=consent.uuid, uses=uses, at=now)
        return Story.objects.get(pk=row.pk)

    return make


@pytest.fixture
def publish(editor, reviewer, manager, make_user, actor_of, now):
    """Take a story the whole way from a draft to published."""

    def take(story: Story) -> Story:
        last = User.objects.filter(email="second@example.org").first() or make_user("second@example.org", Role.MANAGER)
        records.submit_record(actor=actor_of(editor), kind="story", uuid=story.uuid, version=None, at=now)
        stories.approve_redaction(actor=actor_of(reviewer), uuid=story.uuid, version=None, at=now)
        records.verify_record(actor=actor_of(reviewer), kind="story", uuid=story.uuid, version=None, at=now)
        records.approve_record(actor=actor_of(manager), kind="story", uuid=story.uuid, version=None, at=now)
        records.publish_record(actor=actor_of(last), kind="story", uuid=story.uuid, version=None, at=now)
        story.refresh_from_db()
        return story

    return take
