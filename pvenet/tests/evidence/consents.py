"""The markers and exits of evidence.consents, for the walk."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from evidence.models import Consent, ConsentPerson, ConsentProof

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

OWN = {"focal_point", "editor"}
PRIVATE = OWN | {"data_protection_officer"}
#: Marker → who may hold it.
HOLDERS: dict[str, set[str]] = {
    "consent-person": PRIVATE,
    "consent-guardian": PRIVATE,
    "consent-proof": PRIVATE,
    "consent-channel": PRIVATE,
    # A consent that no submitted story rests on.
    "consent-alias": PRIVATE,
}


def consents(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.rows["consents"]]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:consent_list": lambda world: [{}, {"?": "?standing=REVOKED"}],
    "evidence:consent_new": lambda world: [{}],
    **{f"evidence:consent{name}": consents for name in ("", "_person", "_proof", "_withdraw", "_renew")},
}


def plant(world: World) -> None:
    """Add rows with markers to the world; keep in `world.rows` what the exits need."""
    world.rows["consents"] = [
        make_consent(world, alias="⟦consent-alias⟧"),
        make_consent(world, alias="A teller"),
        make_consent(world, alias="Another teller"),
    ]


def make_consent(world: World, **fields: Any) -> Consent:
    """A consent of the home CSO with a marker in everything that only it and the officer read."""
    from pvenet.tests.world import NOW

    consent = Consent.objects.create(
        **{
            "organization": world.organizations[0],
            "scopes": ["STORY", "ONLINE", "IMAGE", "PRINT", "API"],
            "is_minor": True,
            "language": "ps",
            "method": "VERBAL",
            "refusal_was_free": True,
            "withdrawal_channel": "⟦consent-channel⟧",
            "given_at": NOW,
            "expires_on": date(2099, 1, 1),
            "recorded_by": world.users["editor"],
            "recorded_at": NOW,
            **fields,
        }
    )
    ConsentPerson.objects.create(
        consent=consent,
        name="⟦consent-person⟧",
        contact="⟦consent-person⟧",
        guardian_name="⟦consent-guardian⟧",
        guardian_relation="⟦consent-guardian⟧",
        explained_by="⟦consent-person⟧",
        purge_on=date(2099, 1, 1),
    )
    proof = ConsentProof(
        consent=consent,
        name="⟦consent-proof⟧.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
        uploaded_by=world.users["editor"],
        uploaded_at=NOW,
    )
    proof.file = ContentFile("⟦consent-proof⟧".encode(), name="upload")
    proof.save()
    return consent
