"""Projects: what an organization implements, with whom, where and for whom; and, apart, what pays for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, Sensitivity, VisibleQuerySet
from core.geography import District
from core.terms import Term
from core.text import in_own_language
from organizations.models.organization import Organization
from organizations.models.programme import Programme

if TYPE_CHECKING:
    from core.access import Actor


class ProjectQuerySet(VisibleQuerySet):
    """A listed project is read as far as its sensitivity allows; its own organizations and staff always see it."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.REVIEWER, Role.NACTA, Role.DATA_PROTECTION_OFFICER):
            return self
        listed = Q(
            is_listed=True,
            sensitivity__in=actor.readable_sensitivities(),
            organization__is_active=True,
            organization__sensitivity__in=actor.readable_sensitivities(),
        )
        if not actor.organization_ids:
            return self.filter(listed)
        partner_in = ProjectPartner.objects.filter(organization_id__in=actor.organization_ids).values("project_id")
        return self.filter(listed | Q(organization_id__in=actor.organization_ids) | Q(pk__in=partner_in))


class Project(models.Model):
    """A project of the programme. Dates are actual or planned; the status follows IATI's activity status."""

    class Status(models.TextChoices):
        """IATI ActivityStatus 1 to 6."""

        PIPELINE = "1", _("Planned")
        IMPLEMENTATION = "2", _("Ongoing")
        FINALISATION = "3", _("Closing")
        CLOSED = "4", _("Completed")
        CANCELLED = "5", _("Cancelled")
        SUSPENDED = "6", _("Suspended")

    class Marker(models.IntegerChoices):
        """OECD-DAC policy marker significance."""

        NOT_TARGETED = 0, _("Not targeted")
        SIGNIFICANT = 1, _("Significant objective")
        PRINCIPAL = 2, _("Principal objective")

    code = models.SlugField(max_length=40, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="projects")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="projects")
    partners = models.ManyToManyField(Organization, through="ProjectPartner", related_name="partner_projects")
    title = models.CharField(_("Title"), max_length=200)
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    summary = models.TextField(_("Summary"), blank=True)
    summary_ur = models.TextField(_("Summary in Urdu"), blank=True)
    objectives = models.TextField(_("Objectives"), blank=True)
    approach = models.TextField(_("Approach"), blank=True)
    starts_on = models.DateField(_("Start"), null=True, blank=True)
    ends_on = models.DateField(_("End"), null=True, blank=True)
    status = models.CharField(_("Status"), max_length=1, choices=Status, default=Status.IMPLEMENTATION)
    districts = models.ManyToManyField(District, verbose_name=_("Districts"), blank=True, related_name="projects")
    is_online = models.BooleanField(_("Also online"), default=False)
    themes = models.ManyToManyField(Term, verbose_name=_("Themes"), blank=True, related_name="+")
    target_groups = models.ManyToManyField(Term, verbose_name=_("Target groups"), blank=True, related_name="+")
    npve_pillars = models.ManyToManyField(Term, verbose_name=_("NPVE Policy 2024"), blank=True, related_name="+")
    sdg_targets = models.ManyToManyField(Term, verbose_name=_("SDG targets"), blank=True, related_name="+")
    gender_marker = models.PositiveSmallIntegerField(_("Gender equality"), choices=Marker, null=True, blank=True)
    disability_marker = models.PositiveSmallIntegerField(
        _("Inclusion of persons with disabilities"),
        choices=Marker,
        null=True,
        blank=True,
    )
    sensitivity = models.CharField(max_length=12, choices=Sensitivity, default=Sensitivity.PUBLIC)
    is_listed = models.BooleanField(_("Listed"), default=True)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="project_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return in_own_language(self.title, self.title_ur)

    @property
    def display_summary(self) -> str:
        return in_own_language(self.summary, self.summary_ur)


class ProjectPartnerQuerySet(FollowingQuerySet):
    """Follows the project and the partner."""

    follows = ("project", "organization")


class ProjectPartner(models.Model):
    """Another organization in a project, and its role (vocabulary `project_role`)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="project_partners")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="project_partners")
    role = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")

    objects = ProjectPartnerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "organization"], name="partner_once_a_project")]


class GrantQuerySet(VisibleQuerySet):
    """A budget is read by the organization that implements, by programme managers and by the funder. Not by NACTA."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.FUNDER):
            return self
        return self.filter(project__organization_id__in=actor.organization_ids)


class Grant(models.Model):
    """What pays for a project. Amounts in whole currency units; either currency may be missing."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="grants")
    reference = models.CharField(_("Reference"), max_length=60)
    funder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    amount_eur = models.DecimalField(_("Amount in EUR"), max_digits=14, decimal_places=2, null=True, blank=True)
    amount_pkr = models.DecimalField(_("Amount in PKR"), max_digits=16, decimal_places=2, null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "reference"], name="grant_reference_once_a_project"),
            models.CheckConstraint(
                condition=(Q(amount_eur=None) | Q(amount_eur__gte=0)) & (Q(amount_pkr=None) | Q(amount_pkr__gte=0)),
                name="grant_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
