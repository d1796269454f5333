"""Loads the showcases with the whole of their review: revisions, steps, comments, presenters and evidence files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage

from core.access import Actor
from core.audit import record
from core.uploads import clean_upload, storage_name
from core.workflow import STEPS, State
from pvenet.demo.content import moment, read, stable_uuid
from pvenet.demo.papers import draw_picture, write_pdf
from pvenet.demo.people import everybody
from workshops.models import (
    EvidenceFile,
    Presenter,
    PresenterContact,
    ReviewComment,
    Showcase,
    ShowcasePresenter,
    ShowcaseRevision,
    ShowcaseTransition,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from organizations.models import Organization, Project
    from pvenet.demo.content import Lookup
    from workshops.models import Workshop

SECTIONS = (
    "background",
    "reach_note",
    "focus_note",
    "activities",
    "innovations",
    "challenges",
    "lessons_worked",
    "lessons_adapted",
    "lessons_constraints",
)


def audit_steps(showcases: Iterable[Showcase]) -> None:
    """Enter the steps into the audit log, as the services would have. The log cannot be reset: only the first load does."""
    steps = ShowcaseTransition.objects.filter(subject__in=showcases)
    for step in steps.select_related("subject").order_by("at", "pk"):
        record(
            actor=Actor(user_id=step.actor_id),
            action=f"showcase.{step.verb}",
            row=step.subject,
            at=step.at,
            revision=step.revision_number,
            version=step.version,
        )


class ShowcaseLoader:
    """Holds what every showcase needs; `load` makes one showcase from its entry in the file."""

    def __init__(
        self,
        *,
        workshop: Workshop,
        organizations: dict[str, Organization],
        projects: dict[str, Project],
        users: dict[str, User],
        lookup: Lookup,
    ) -> None:
        self.workshop = workshop
        self.organizations = organizations
        self.projects = projects
        self.users = users
        self.lookup = lookup
        self.roles = {person.key: person.role for person in everybody()}

    def load_all(self) -> dict[str, Showcase]:
        """Every showcase of the file, by the slug of its organization."""
        return {row["organization"]: self.load(row) for row in read("showcases")["showcases"]}

    def load(self, row: dict[str, Any]) -> Showcase:
        steps = row["steps"]
        sent = [step for step in steps if step["verb"] == "submit"]
        published = [step for step in steps if step["verb"] == "publish"]
        showcase = Showcase.objects.create(
            uuid=stable_uuid("showcase", row["organization"]),
            workshop=self.workshop,
            organization=self.organizations[row["organization"]],
            project=self.projects.get(row["project"]),
            first_submitted_at=moment(sent[0]["at"]) if sent else None,
            created_at=moment(row["created_at"]),
            saved_at=moment(sent[-1]["at"] if sent else row["created_at"]),
            is_demo=True,
        )
        revisions = self._load_revisions(showcase, row)
        self._load_steps(showcase, row)
        showcase.state = row["state"]
        showcase.version = 1 + len(steps)
        if row["state"] == State.PUBLISHED:
            showcase.published_revision = revisions[-1]
            showcase.published_at = moment(published[-1]["at"])
        showcase.save()
        self._load_comments(showcase, row)
        self._load_presenters(showcase, row)
        self._load_evidence(showcase, row)
        return showcase

    def _load_revisions(self, showcase: Showcase, row: dict[str, Any]) -> list[ShowcaseRevision]:
        """The text as it was sent each time: `earlier` holds the sections that read differently before."""
        author = self.users[row["created_by"]]
        moments = {(step["verb"], step["revision"]): moment(step["at"]) for step in row["steps"]}
        revisions = []
        for number in range(1, len(row["earlier"]) + 2):
            texts = {name: row[name] for name in SECTIONS}
            for earlier in reversed(row["earlier"][number - 1 :]):
                texts.update(earlier)
            saved_at = moments.get(("submit", number), moment(row["created_at"]))
            revision = ShowcaseRevision.objects.create(
                showcase=showcase,
                number=number,
                language=row["language"],
                title=row["title"],
                title_ur=row["title_ur"],
                created_by=author,
                created_at=moments.get(("return", number - 1), moment(row["created_at"])),
                saved_by=author,
                saved_at=saved_at,
                submitted_at=moments.get(("submit", number)),
                verified_at=moments.get(("verify", number)),
                **texts,
            )
            revision.writers.add(author)
            revision.districts.add(*showcase.organization.districts.order_by("pk"))
            revision.themes.add(*showcase.organization.themes.order_by("pk"))
            revision.target_groups.add(*showcase.organization.target_groups.order_by("pk"))
            revisions.append(revision)
        return revisions

    def _load_steps(self, showcase: Showcase, row: dict[str, Any]) -> None:
        state: str = State.DRAFT
        for version, step in enumerate(row["steps"], start=2):
            ShowcaseTransition.objects.create(
                subject=showcase,
                verb=step["verb"],
                from_state=state,
                to_state=STEPS[step["verb"]].target,
                reason=step.get("reason", ""),
                version=version,
                revision_number=step["revision"],
                actor=self.users[step["by"]],
                as_role=self.roles[step["by"]],
                at=moment(step["at"]),
            )
            state = STEPS[step["verb"]].target

    def _load_comments(self, showcase: Showcase, row: dict[str, Any]) -> None:
        for comment in row["comments"]:
            resolved_by = comment.get("resolved_by")
            first = ReviewComment.objects.create(
                subject=showcase,
                revision_number=comment["revision"],
                section=comment["section"],
                body=comment["body"],
                author=self.users[comment["by"]],
                as_role=self.roles[comment["by"]],
                created_at=moment(comment["at"]),
                resolved_by=self.users[resolved_by] if resolved_by else None,
                resolved_at=moment(comment["resolved_at"]) if resolved_by else None,
            )
            for reply in comment.get("replies", []):
                ReviewComment.objects.create(
                    subject=showcase,
                    revision_number=comment["revision"],
                    section=comment["section"],
                    answers=first,
                    body=reply["body"],
                    author=self.users[reply["by"]],
                    as_role=self.roles[reply["by"]],
                    created_at=moment(reply["at"]),
                )

    def _load_presenters(self, showcase: Showcase, row: dict[str, Any]) -> None:
        for position, person in enumerate(row["presenters"]):
            presenter = Presenter.objects.create(
                organization=showcase.organization,
                name=person["name"],
                name_ur=person["name_ur"],
                position=person["position"],
                named_publicly_since=person["named_publicly_since"],
                is_demo=True,
            )
            PresenterContact.objects.create(
                presenter=presenter,
                email=person["email"],
                phone=person["phone"],
                access_needs=person["access_needs"],
            )
            ShowcasePresenter.objects.create(showcase=showcase, presenter=presenter, position=position)

    def _load_evidence(self, showcase: Showcase, row: dict[str, Any]) -> None:
        """Files go through the same door as an upload, so that what is stored is what a person could have stored."""
        for number, item in enumerate(row["evidence"], start=1):
            key = stable_uuid("evidence", row["organization"], number)
            content = (
                draw_picture(key)
                if item["kind"] == "picture"
                else write_pdf(item["title"], [showcase.organization.name, "Demo document."])
            )
            evidence = EvidenceFile(
                uuid=key,
                showcase=showcase,
                type=self.lookup.term("evidence_type", item["type"]),
                title=item["title"],
                alt_text=item["alt_text"],
                is_released=item["is_released"],
                live_since=showcase.published_at if item["is_released"] else None,
                uploaded_by=self.users[row["created_by"]],
                uploaded_at=moment(row["created_at"]),
            )
            evidence.keep(clean_upload(io.BytesIO(content)), name=item["title"])
            # The file of an earlier load has the same name and the same bytes: it is replaced, not kept beside.
            default_storage.delete(storage_name(evidence, ""))
            evidence.save()
