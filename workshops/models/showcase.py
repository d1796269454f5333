"""Showcases: what a CSO brings to a workshop, kept as numbered revisions, with the review around it.

The public reads `published_revision`; the organization and its reviewers read every revision. So a published text
stays live while a change to it goes through review.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.access import Role, Sensitivity, VisibleQuerySet
from core.geography import District
from core.terms import Term
from core.text import in_own_language
from core.uploads import StoredFile
from core.workflow import State, Stateful, TransitionRecord
from organizations.models import Organization, Project
from workshops.models.agenda import Workshop

if TYPE_CHECKING:
    from core.access import Actor


class ShowcaseQuerySet(VisibleQuerySet):
    """A CSO sees its own, reviewers and managers what was ever sent, NACTA what was verified, others what is live."""

    def visible_to(self, actor: Actor) -> Self:
        own = Q(organization_id__in=actor.organization_ids)
        live = Q(
            published_revision__isnull=False,
            sensitivity__in=actor.readable_sensitivities(),
            organization__in=Organization.objects.visible_to(actor),
            workshop__in=Workshop.objects.visible_to(actor),
        )
        if actor.has(Role.MANAGER, Role.REVIEWER):
            return self.filter(own | Q(first_submitted_at__isnull=False))
        if actor.has(Role.NACTA):
            return self.filter(own | live | Q(state__in=[State.VERIFIED, State.APPROVED]))
        if actor.has(Role.DATA_PROTECTION_OFFICER):
            # Who must be able to take any text off the public pages must be able to see every live one.
            return self.filter(own | Q(published_revision__isnull=False))
        return self.filter(own | live)

    def live(self) -> Self:
        """What is published now, whoever asks."""
        return self.filter(published_revision__isnull=False)


class Showcase(Stateful):
    """A CSO's showcase at a workshop. `state` is that of the latest revision; `version` grows with every save."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="showcases")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="showcases")
    project = models.ForeignKey(
        Project,
        verbose_name=_("Project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="showcases",
    )
    published_revision = models.OneToOneField(
        "workshops.ShowcaseRevision",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    published_at = models.DateTimeField(null=True, blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    sensitivity = models.CharField(max_length=12, choices=Sensitivity, default=Sensitivity.PUBLIC)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)

    objects = ShowcaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "organization"], name="one_showcase_a_workshop"),
            models.CheckConstraint(
                condition=Q(published_revision=None) | ~Q(state__in=[State.WITHDRAWN, State.ARCHIVED]),
                name="withdrawn_showcase_is_not_live",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_revision__isnull=False),
                name="published_showcase_is_live",
            ),
        ]

    def __str__(self) -> str:
        return f"showcase {self.pk}"


class ShowcaseRevisionQuerySet(VisibleQuerySet):
    """A CSO reads its own revisions, reviewers those that were submitted, others the live one.

    What NACTA may read before publication is the revision that was verified.
    """

    def visible_to(self, actor: Actor) -> Self:
        own = Q(showcase__organization_id__in=actor.organization_ids)
        live = Q(
            pk=F("showcase__published_revision_id"),
            showcase__in=Showcase.objects.visible_to(actor),
        )
        if actor.has(Role.MANAGER, Role.REVIEWER):
            return self.filter(own | live | Q(submitted_at__isnull=False))
        if actor.has(Role.NACTA):
            verified = Q(
                verified_at__isnull=False,
                showcase__in=Showcase.objects.visible_to(actor),
            )
            return self.filter(own | live | verified)
        return self.filter(own | live)


class ShowcaseRevision(models.Model):
    """One revision of the text, in the sections of the founding workshop. Frozen when it is submitted.

    `writers` are all who ever saved it or a revision it was copied from: none of them may verify or approve it.
    """

    showcase = models.ForeignKey(Showcase, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    language = models.CharField(
        _("Language of the text"),
        max_length=2,
        choices=settings.LANGUAGES,
        default="en",
    )
    title = models.CharField(_("Title"), max_length=200, blank=True)
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    background = models.TextField(_("Project background"), blank=True)
    reach_note = models.TextField(_("Geographic reach"), blank=True)
    is_online = models.BooleanField(_("Also online"), default=False)
    focus_note = models.TextField(_("Thematic focus and target groups"), blank=True)
    activities = models.TextField(_("Key activities"), blank=True)
    innovations = models.TextField(_("Innovations"), blank=True)
    challenges = models.TextField(_("Challenges encountered"), blank=True)
    lessons_worked = models.TextField(_("What proved effective"), blank=True)
    lessons_adapted = models.TextField(_("Where adaptation was needed"), blank=True)
    lessons_constraints = models.TextField(_("Operational constraints"), blank=True)
    districts = models.ManyToManyField(District, verbose_name=_("Districts"), blank=True, related_name="+")
    themes = models.ManyToManyField(Term, verbose_name=_("Themes"), blank=True, related_name="+")
    target_groups = models.ManyToManyField(Term, verbose_name=_("Target groups"), blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    objects = ShowcaseRevisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["showcase", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"revision {self.number} of showcase {self.showcase_id}"

    @property
    def display_title(self) -> str:
        """The title in the reader's language."""
        return in_own_language(self.title, self.title_ur)


class ReviewQuerySet(VisibleQuerySet):
    """The review is between the CSO and the programme's reviewers and managers."""

    path = "subject"

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.REVIEWER):
            return self.filter(**{f"{self.path}__first_submitted_at__isnull": False}) | self.filter(
                **{f"{self.path}__organization_id__in": actor.organization_ids}
            )
        return self.filter(**{f"{self.path}__organization_id__in": actor.organization_ids})


#: The verb of the one record that is not a step: who may read the showcase was changed, and its state was not.
SENSITIVITY_VERB = "sensitivity"


class ShowcaseTransition(TransitionRecord):
    """The log of a showcase: which text the step was about, and as what the person acted."""

    subject = models.ForeignKey(Showcase, on_delete=models.CASCADE, related_name="transitions")
    revision_number = models.PositiveSmallIntegerField(default=1)
    as_role = models.CharField(max_length=24, choices=Role, blank=True)

    objects = ReviewQuerySet.as_manager()


class ReviewComment(models.Model):
    """A remark tied to a section, with answers, and resolved by whoever it satisfies."""

    subject = models.ForeignKey(Showcase, on_delete=models.CASCADE, related_name="comments")
    revision_number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=24)
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    body = models.TextField(_("Comment"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    as_role = models.CharField(max_length=24, choices=Role, blank=True)
    created_at = models.DateTimeField()
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="resolved_comment_says_by_whom",
            )
        ]


class EvidenceFileQuerySet(VisibleQuerySet):
    """A file is between the CSO and its reviewers unless the CSO released it and it went through review."""

    def visible_to(self, actor: Actor) -> Self:
        own = Q(showcase__organization_id__in=actor.organization_ids)
        released = Q(
            is_released=True,
            live_since__isnull=False,
            showcase__in=Showcase.objects.visible_to(actor).live(),
        )
        if actor.has(Role.MANAGER, Role.REVIEWER):
            return self.filter(own | released | Q(showcase__first_submitted_at__isnull=False))
        return self.filter(own | released)


class EvidenceFile(StoredFile):
    """Evidence for what a showcase says. A released file is shown since the first publication after its release."""

    showcase = models.ForeignKey(Showcase, on_delete=models.CASCADE, related_name="evidence_files")
    type = models.ForeignKey(
        Term,
        verbose_name=_("Kind of evidence"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    title = models.CharField(_("Title"), max_length=160)
    alt_text = models.CharField(_("Description of the picture"), max_length=300, blank=True)
    is_released = models.BooleanField(_("Show with the published showcase"), default=False)
    live_since = models.DateTimeField(null=True, blank=True)

    objects = EvidenceFileQuerySet.as_manager()
