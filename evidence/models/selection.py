"""Most Significant Change: rounds, panels at three levels, what they chose and why, and what was fed back.

Davies and Dart, The Most Significant Change Technique, 2005, steps 3 to 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, VisibleQuerySet
from core.geography import Province
from core.terms import Term
from evidence.models.stories import Story
from organizations.models import Organization, Programme

if TYPE_CHECKING:
    from core.access import Actor


class RoundQuerySet(VisibleQuerySet):
    """A round is public once it is closed; before, it is between CSOs and programme staff."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.REVIEWER) or actor.organization_ids:
            return self
        return self.filter(is_closed=True)


class SelectionRound(models.Model):
    """A round of selection over a period: stories told in it go from the CSO's panel to the province's and the nation's."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="selection_rounds")
    title = models.CharField(_("Title"), max_length=160)
    title_ur = models.CharField(_("Title in Urdu"), max_length=160, blank=True)
    question = models.CharField(_("Question to the panels"), max_length=300)
    question_ur = models.CharField(_("Question in Urdu"), max_length=300, blank=True)
    starts_on = models.DateField(_("Stories from"))
    ends_on = models.DateField(_("Stories until"))
    is_closed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    is_demo = models.BooleanField(default=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="round_ends_after_start")]

    def __str__(self) -> str:
        return (self.title_ur if get_language() == "ur" else "") or self.title

    @property
    def display_question(self) -> str:
        return (self.question_ur if get_language() == "ur" else "") or self.question


class PanelQuerySet(VisibleQuerySet):
    """A CSO's panel is its own until it has chosen; the others follow the round."""

    def visible_to(self, actor: Actor) -> Self:
        rows = Q(decided_at__isnull=False) | Q(organization_id__in=actor.organization_ids)
        if actor.has(Role.MANAGER, Role.REVIEWER):
            rows = Q()
        return self.filter(rows, round__in=SelectionRound.objects.visible_to(actor))


class Panel(models.Model):
    """A panel of a round, at one level and for one kind of change. Its members are offices or groups, not names."""

    class Level(models.TextChoices):
        """Where the panel stands."""

        CSO = "CSO", _("CSO")
        PROVINCE = "PROVINCE", _("Province")
        NATIONAL = "NATIONAL", _("National")

    round = models.ForeignKey(SelectionRound, on_delete=models.CASCADE, related_name="panels")
    level = models.CharField(_("Level"), max_length=8, choices=Level)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="panels"
    )
    province = models.ForeignKey(Province, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    domain = models.ForeignKey(
        Term, verbose_name=_("Kind of change"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    composition = models.CharField(_("Who sat on the panel"), max_length=300, blank=True)
    met_on = models.DateField(_("Met on"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PanelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level="CSO", organization__isnull=False, province=None)
                | Q(level="PROVINCE", organization=None, province__isnull=False)
                | Q(level="NATIONAL", organization=None, province=None),
                name="panel_stands_at_one_level",
            ),
            models.UniqueConstraint(
                fields=["round", "level", "organization", "province", "domain"],
                nulls_distinct=False,
                name="panel_once_a_round",
            ),
        ]


class CandidateQuerySet(FollowingQuerySet):
    """Follows the panel and the story: a story that is withdrawn leaves the page of the round, too."""

    follows = ("panel", "story")


class Candidate(models.Model):
    """A story before a panel; whether it was chosen, and the panel's reason."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="candidates")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="candidacies")
    is_chosen = models.BooleanField(_("Chosen"), default=False)
    reason = models.TextField(_("Reason of the panel"), blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "story"], name="story_once_a_panel"),
            models.CheckConstraint(condition=Q(is_chosen=False) | ~Q(reason=""), name="chosen_story_has_a_reason"),
        ]


class FeedbackQuerySet(VisibleQuerySet):
    """What a panel told the teller's CSO: that CSO, reviewers and managers."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.REVIEWER):
            return self
        return self.filter(candidate__story__organization_id__in=actor.organization_ids)


class PanelFeedback(models.Model):
    """Feedback to the CSO whose story was before a panel (step 6), and when it reached the teller."""

    candidate = models.OneToOneField(Candidate, on_delete=models.CASCADE, related_name="feedback")
    text = models.TextField(_("Feedback"))
    given_at = models.DateTimeField()
    passed_on_at = models.DateTimeField(_("Passed on to the person"), null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()
