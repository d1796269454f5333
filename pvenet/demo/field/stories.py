"""The stories of the demo programme: originals, redacted texts, consents and photos, in every state that matters."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage

from core.uploads import clean_upload, storage_name
from core.workflow import State
from evidence.models import (
    STORY_FIELDS,
    Consent,
    ConsentPerson,
    ConsentProof,
    Story,
    StoryConsent,
    StoryOriginal,
    StoryPhoto,
)
from evidence.records.kinds import kind_of
from pvenet.demo.content import read, stable_uuid
from pvenet.demo.field.frame import Field, Frame, at_noon, chance
from pvenet.demo.field.store import Entry, Text, store
from pvenet.demo.papers import draw_picture, write_pdf

if TYPE_CHECKING:
    from core.uploads import StoredFile

PUBLISHED, EXPIRED, WITHDRAWN = 40, 5, 3
#: Forty are live; of eight the consent has run out or was withdrawn; sixteen are in review.
FATES = (
    *["live"] * PUBLISHED,
    *["expired"] * EXPIRED,
    *["withdrawn"] * WITHDRAWN,
    *["submitted"] * 10,
    *["verified"] * 4,
    *["approved"] * 2,
)
VERBS = {
    "live": ("submit", "verify", "approve", "publish"),
    "expired": ("submit", "verify", "approve", "publish"),
    "withdrawn": ("submit", "verify", "approve", "publish", "withdraw"),
    "submitted": ("submit",),
    "verified": ("submit", "verify"),
    "approved": ("submit", "verify", "approve"),
}
#: As the deadline for showcases: the demo can be played at any time until then.
HOLDS_UNTIL = date(2029, 12, 31)
RAN_OUT_ON = date(2026, 1, 10)
KEPT_AFTER_END = timedelta(days=365)
#: Every fifth story has a picture, every fourth consent its signed form.
WITH_PHOTO, WITH_PROOF = 5, 4
#: Stride through the fates, so that each organization has stories in different states. It is prime to 64.
STRIDE = 37


def load_stories(frame: Frame) -> list[Story]:
    """All stories; returns those that are live."""
    file = read("stories")
    fields = [field for field in frame.fields if field.themes]
    entries, kept = [], []
    for index in range(len(FATES)):
        fate = FATES[index * STRIDE % len(FATES)]
        field = fields[index % len(fields)]
        entry, around = _story(frame, field, file, index, fate)
        entries.append(entry)
        kept.append((entry.record, field, fate, index, around))
    store(kind_of("story"), entries)
    _load_consents(kept)
    StoryOriginal.objects.bulk_create(_original(story, field, around) for story, field, _fate, _index, around in kept)
    for story, field, _fate, index, around in kept:
        if index % WITH_PHOTO == 0:
            _load_photo(story, field, index, around)
    return [story for story, _field, fate, _index, _around in kept if fate == "live"]


def _story(frame: Frame, field: Field, file: dict[str, Any], index: int, fate: str) -> tuple[Entry, dict[str, Any]]:
    toss = chance("story", index)
    fitting = [row for row in file["stories"] if {code for _pk, code in field.themes} & set(row["themes"])]
    # The same base is told again in other places: change the round before the base.
    base = (fitting or file["stories"])[(index // 8 + index) % len(fitting or file["stories"])]
    is_urdu = base["language"] == "ur"
    pool = file["names"]["urdu" if is_urdu else "women" if base["is_woman"] else "men"]
    name, alias = pool[index % len(pool)]
    villages = file["villages_ur" if is_urdu else "villages"]
    village = villages[toss.randrange(len(villages))]
    district = field.project.districts.select_related("province").order_by("code")[index % len(field.districts)]
    province = district.province.name_ur if is_urdu else district.province.name_en
    shown = {"person": alias, "place": f"{province} کے ایک گاؤں" if is_urdu else f"a village in {province}"}
    told = {"person": f"{name} (demo)", "place": village}
    span = (field.ends_on - field.starts_on).days
    collected = field.starts_on + timedelta(days=60 + (span - 90) * (index * 7 % 11) // 11)
    begins = at_noon(collected, after=12)
    around = {
        "texts": {key: base[key].format(**told) for key in STORY_FIELDS},
        "language": "ur" if is_urdu else "en",
        "collected_on": collected,
        # Where the province bears the district's name, it could not be shown beside a protected district.
        "district_id": None if district.name_en in district.province.name_en else district.pk,
        "name": name,
        "alias": alias,
        "village": village,
        "uses_print": index % 3 != 1,
    }
    is_checked = fate not in {"submitted"}
    text = Text(
        fields={
            **{key: base[key].format(**shown) for key in STORY_FIELDS},
            "language": around["language"],
            "title_ur": base["title"] if is_urdu else "",
            "alias": alias,
            "province_id": district.province_id,
            "redaction_approved_at": begins + timedelta(days=3) if is_checked else None,
            "redaction_approved_by_id": frame.second_reviewer if is_checked else None,
        },
        writer_id=field.writer_id,
    )
    entry = Entry(
        record=Story(
            uuid=stable_uuid("story", index),
            organization_id=field.organization_id,
            project=field.project,
            domain=frame.lookup.term("story_domain", base["domain"]),
            anonymization=Story.Anonymization.GENERAL,
            created_at=at_noon(collected, after=2),
            is_demo=True,
        ),
        texts=[text],
        steps=frame.steps(
            VERBS[fate],
            writer_id=field.writer_id,
            begins=begins,
            reason="The person does not want the story to be shown any more.",
        ),
    )
    around["withdrawn_at"] = entry.steps[-1].at if fate == "withdrawn" else None
    return entry, around


def _load_consents(kept: list[Any]) -> None:
    rows = []
    for _story, field, fate, index, around in kept:
        given_at = at_noon(around["collected_on"])
        scopes = [
            "STORY",
            "ONLINE",
            "API",
            *(["PRINT"] if around["uses_print"] else []),
            *(["DONOR"] if index % 2 else []),
        ]
        scopes += ["IMAGE"] if index % WITH_PHOTO == 0 else []
        rows.append(
            Consent(
                uuid=stable_uuid("consent", index),
                organization_id=field.organization_id,
                alias=around["alias"],
                scopes=sorted(scopes),
                language=("ur", "ps", "sd", "pa", "bal")[index % 5],
                method=("VERBAL", "WRITTEN", "THUMBPRINT", "RECORDED")[index % 4],
                refusal_was_free=True,
                withdrawal_channel="A call to the focal point of the organization, or word to any of its field staff",
                given_at=given_at,
                expires_on=RAN_OUT_ON if fate == "expired" else HOLDS_UNTIL,
                withdrawn_at=around["withdrawn_at"],
                withdrawn_by_id=field.writer_id if fate == "withdrawn" else None,
                recorded_by_id=field.writer_id,
                recorded_at=given_at,
                is_demo=True,
            )
        )
    consents = Consent.objects.bulk_create(rows)
    StoryConsent.objects.bulk_create(
        StoryConsent(story=story, consent=consent, uses=["ONLINE", "STORY"])
        for (story, *_rest), consent in zip(kept, consents, strict=True)
    )
    ConsentPerson.objects.bulk_create(
        ConsentPerson(
            consent=consent,
            name=f"{around['name']} (demo)",
            contact="Through the field staff",
            explained_by="Field officer (demo)",
            purge_on=(consent.expires_on or HOLDS_UNTIL) + KEPT_AFTER_END,
        )
        for (_story, _field, _fate, _index, around), consent in zip(kept, consents, strict=True)
    )
    for (_story, field, _fate, index, _around), consent in zip(kept, consents, strict=True):
        if index % WITH_PROOF == 0:
            proof = ConsentProof(
                uuid=stable_uuid("proof", index),
                consent=consent,
                uploaded_by_id=field.writer_id,
                uploaded_at=consent.recorded_at,
            )
            _keep(proof, write_pdf("Consent form", [f"Alias: number {index}", "Demo document."]), "Consent form")


def _original(story: Story, field: Field, around: dict[str, Any]) -> StoryOriginal:
    return StoryOriginal(
        story=story,
        **around["texts"],
        language=around["language"],
        collected_on=around["collected_on"],
        collected_by="Field officer (demo)",
        district_id=around["district_id"],
        protected_words=[around["name"], around["village"]],
        saved_at=story.created_at,
        saved_by_id=field.writer_id,
    )


def _load_photo(story: Story, field: Field, index: int, around: dict[str, Any]) -> None:
    photo = StoryPhoto(
        uuid=stable_uuid("photo", index),
        story=story,
        alt_text="A drawing of hills, a path and coloured shapes. It shows no person.",
        alt_text_ur="پہاڑیوں، راستے اور رنگین شکلوں کا خاکہ۔ اس میں کوئی شخص نظر نہیں آتا۔",
        credit="Drawn for the demo programme",
        taken_on=around["collected_on"],
        shows_nobody=True,
        live_since=story.published_at if story.state == State.PUBLISHED else None,
        uploaded_by_id=field.writer_id,
        uploaded_at=story.created_at,
    )
    _keep(photo, draw_picture(photo.uuid), "drawing")


def _keep(row: StoredFile, content: bytes, name: str) -> None:
    """Through the same door as an upload. The file of an earlier load has the same bytes: it is replaced."""
    row.keep(clean_upload(io.BytesIO(content)), name=name)
    default_storage.delete(storage_name(row, ""))
    row.save()
