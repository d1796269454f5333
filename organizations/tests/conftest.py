"""What the tests of organizations share: a change under way, and messages sent at once."""

from __future__ import annotations

import pytest
from django.core import mail

from core.audit import AuditEntry
from organizations.models import ProfileRevision
from organizations.profiles import services


@pytest.fixture
def sent(settings, django_capture_on_commit_callbacks):
    """Run something and get the e-mails it sent: `sent(lambda: client.post(…))`."""
    settings.CELERY_TASK_ALWAYS_EAGER = True

    def run(act):
        from pvenet.celery import app  # configured by the settings fixture above

        app.conf.task_always_eager = True
        mail.outbox.clear()
        try:
            with django_capture_on_commit_callbacks(execute=True):
                act()
        finally:
            app.conf.task_always_eager = False
        return mail.outbox

    return run


@pytest.fixture
def actions():
    """What the audit log says was done, in order."""
    return lambda: list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def change(organization, focal_point, actor_of, now) -> ProfileRevision:
    """A draft by the focal point that says something new."""
    actor = actor_of(focal_point)
    row = services.start_profile_change(actor=actor, organization_id=organization.pk, at=now)
    return services.save_profile(
        actor=actor,
        pk=row.pk,
        values={"mission": "Builds conversation in Peshawar and Khyber."},
        version=row.version,
        at=now,
    )


@pytest.fixture
def change_in(change, focal_point, reviewer, manager, actor_of, now):
    """Bring the change to a state by the real steps: `change_in("VERIFIED")`."""
    steps = {
        "SUBMITTED": (services.submit_profile, focal_point),
        "VERIFIED": (services.verify_profile, reviewer),
        "APPROVED": (services.approve_profile, manager),
        "PUBLISHED": (services.publish_profile, manager),
    }

    def bring(state: str) -> ProfileRevision:
        row = ProfileRevision.objects.get(pk=change.pk)
        path = ["DRAFT", *steps]
        for target in path[path.index(row.state) + 1 : path.index(state) + 1]:
            service, user = steps[target]
            row = service(actor=actor_of(user), pk=row.pk, version=row.version, at=now)
        return ProfileRevision.objects.select_related("organization").get(pk=row.pk)

    return bring
