"""People who present. A name is shown in public only with the person's consent; contacts stand in their own table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, VisibleQuerySet
from core.text import in_own_language
from organizations.models import Organization

if TYPE_CHECKING:
    from core.access import Actor


class PresenterQuerySet(VisibleQuerySet):
    """A row is a name: it is read by the person's own organization, reviewers and managers, else only with consent."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.REVIEWER, Role.DATA_PROTECTION_OFFICER):
            return self
        return self.filter(
            Q(organization_id__in=actor.organization_ids)
            | Q(
                named_publicly_since__isnull=False,
                organization__in=Organization.objects.visible_to(actor),
            )
        )


class Presenter(models.Model):
    """A person who presents for an organization, named in public only since `named_publicly_since` (their consent)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="presenters")
    name = models.CharField(_("Name"), max_length=120)
    name_ur = models.CharField(_("Name in Urdu"), max_length=120, blank=True)
    position = models.CharField(_("Position"), max_length=120, blank=True)
    named_publicly_since = models.DateField(_("May be named in public since"), null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = PresenterQuerySet.as_manager()

    def __str__(self) -> str:
        return in_own_language(self.name, self.name_ur)


class PresenterContactQuerySet(VisibleQuerySet):
    """Contacts are read by the person's organization, managers, and the data-protection officer."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.DATA_PROTECTION_OFFICER):
            return self
        return self.filter(presenter__organization_id__in=actor.organization_ids)


class PresenterContact(models.Model):
    """How to reach a presenter, and what they need at the venue. Personal data."""

    presenter = models.OneToOneField(Presenter, on_delete=models.CASCADE, related_name="contact")
    email = models.EmailField(_("E-mail address"), blank=True)
    phone = models.CharField(_("Telephone"), max_length=24, blank=True)
    access_needs = models.CharField(_("Access needs"), max_length=300, blank=True)

    objects = PresenterContactQuerySet.as_manager()


class ShowcasePresenterQuerySet(FollowingQuerySet):
    """Follows the presenter: who may not read the name learns nothing from the link."""

    follows = ("presenter",)


class ShowcasePresenter(models.Model):
    """A presenter of a showcase, in the order of speaking."""

    showcase = models.ForeignKey(
        "workshops.Showcase",
        on_delete=models.CASCADE,
        related_name="showcase_presenters",
    )
    presenter = models.ForeignKey(Presenter, on_delete=models.CASCADE, related_name="showcase_presenters")
    position = models.PositiveSmallIntegerField(default=0)

    objects = ShowcasePresenterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["showcase", "presenter"], name="presenter_once_a_showcase")]
