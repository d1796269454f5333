"""The roadmap: pillars and actions, each with one lead, horizon and measurable indicator, or shown as incomplete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, Sensitivity, VisibleQuerySet
from core.terms import Term
from core.text import in_own_language
from organizations.models import Organization, Programme

if TYPE_CHECKING:
    from core.access import Actor


class RoadmapQuerySet(VisibleQuerySet):
    """A published roadmap is read as far as its sensitivity allows; programme staff also read it in preparation."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.NACTA, Role.REVIEWER):
            return self
        return self.filter(is_published=True, sensitivity__in=actor.readable_sensitivities())


class Roadmap(models.Model):
    """The way forward of a programme.

    `version` is that of the roadmap's own fields. `edition` counts the changes of what the roadmap says, in its pillars
    and actions too: it is what NACTA endorses. That an action makes progress is not a change of what the roadmap says.
    """

    slug = models.SlugField(max_length=80, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="roadmaps")
    title = models.CharField(_("Title"), max_length=200)
    title_ur = models.CharField(_("Title in Urdu"), max_length=200, blank=True)
    vision = models.TextField(_("Vision"), blank=True)
    vision_ur = models.TextField(_("Vision in Urdu"), blank=True)
    starts_on = models.DateField(_("Starts on"))
    is_published = models.BooleanField(_("Published"), default=False)
    sensitivity = models.CharField(max_length=12, choices=Sensitivity, default=Sensitivity.PUBLIC)
    version = models.PositiveIntegerField(default=1)
    edition = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RoadmapQuerySet.as_manager()

    def __str__(self) -> str:
        return in_own_language(self.title, self.title_ur)

    @property
    def display_vision(self) -> str:
        return in_own_language(self.vision, self.vision_ur)


class PillarQuerySet(FollowingQuerySet):
    """Follows the roadmap."""

    follows = ("roadmap",)


class Pillar(models.Model):
    """A pillar of the roadmap (vocabulary `roadmap_pillar`)."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="pillars")
    term = models.ForeignKey(Term, verbose_name=_("Pillar"), on_delete=models.PROTECT, related_name="+")
    objective = models.TextField(_("Objective"), blank=True)
    objective_ur = models.TextField(_("Objective in Urdu"), blank=True)
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)

    objects = PillarQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roadmap", "term"], name="pillar_once_a_roadmap")]

    def __str__(self) -> str:
        return self.term.label

    @property
    def display_objective(self) -> str:
        return in_own_language(self.objective, self.objective_ur)


class ActionQuerySet(FollowingQuerySet):
    """Follows the pillar, and so the roadmap."""

    follows = ("pillar",)

    def incomplete(self) -> Self:
        """Actions without a lead, a horizon or a measurable indicator."""
        return self.filter(Q(lead=None) | Q(horizon=None) | Q(indicator="") | Q(target=""))


class Action(models.Model):
    """One action. Without lead, horizon, indicator and target it is incomplete, and every exit says so."""

    pillar = models.ForeignKey(
        Pillar,
        verbose_name=_("Pillar"),
        on_delete=models.PROTECT,
        related_name="actions",
    )
    code = models.CharField(_("Code"), max_length=12)
    title = models.CharField(_("Title"), max_length=240)
    title_ur = models.CharField(_("Title in Urdu"), max_length=240, blank=True)
    description = models.TextField(_("Description"), blank=True)
    description_ur = models.TextField(_("Description in Urdu"), blank=True)
    horizon = models.ForeignKey(
        Term,
        verbose_name=_("Horizon"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    priority = models.ForeignKey(
        Term,
        verbose_name=_("Priority"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    status = models.ForeignKey(Term, verbose_name=_("Status"), on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(
        Organization,
        verbose_name=_("Lead"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_actions",
    )
    partners = models.ManyToManyField(
        Organization,
        verbose_name=_("Partners"),
        through="ActionPartner",
        related_name="partner_actions",
    )
    npve_pillar = models.ForeignKey(
        Term,
        verbose_name=_("NPVE Policy 2024"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    indicator = models.CharField(_("Indicator"), max_length=300, blank=True)
    target = models.CharField(_("Target"), max_length=200, blank=True)
    resources = models.CharField(_("Resources"), max_length=300, blank=True)
    due_on = models.DateField(_("Due on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pillar", "code"], name="action_code_once_a_pillar")]

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return in_own_language(self.title, self.title_ur)

    @property
    def display_description(self) -> str:
        return in_own_language(self.description, self.description_ur)

    @property
    def is_complete(self) -> bool:
        return bool(self.lead_id and self.horizon_id and self.indicator and self.target)


class ActionPartnerQuerySet(FollowingQuerySet):
    """Follows the action and the partner."""

    follows = ("action", "organization")


class ActionPartner(models.Model):
    """An organization that takes part in an action."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="action_partners")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="action_partners")

    objects = ActionPartnerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "organization"], name="action_partner_once")]
