"""Organizations: the published profile, the revision under review, and in tables of their own what is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from core.access import FollowingQuerySet, Role, Sensitivity, VisibleQuerySet
from core.geography import District
from core.terms import Term
from core.text import in_own_language
from core.uploads import StoredFile
from core.workflow import State, Stateful, TransitionRecord

if TYPE_CHECKING:
    from core.access import Actor


class UrNorm(Func):
    """The SQL function `ur_norm` (migration core.0001): one spelling for what a reader takes for the same name."""

    function = "ur_norm"
    output_field = models.TextField()


class UrSort(Func):
    """The SQL function `ur_sort`: a key that puts names in the order of the Urdu alphabet."""

    function = "ur_sort"
    output_field = models.TextField(db_collation="C")


class OrganizationQuerySet(VisibleQuerySet):
    """An active organization's profile is public unless its sensitivity says otherwise; its own people always see it."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(
            Role.MANAGER,
            Role.REVIEWER,
            Role.NACTA,
            Role.ADMINISTRATOR,
            Role.DATA_PROTECTION_OFFICER,
        ):
            return self
        return self.filter(
            Q(is_active=True, sensitivity__in=actor.readable_sensitivities()) | Q(pk__in=actor.organization_ids)
        )

    def members(self) -> Self:
        """The CSOs of the programme, without its authorities, agencies and funders."""
        return self.filter(is_member=True)


class ProfileFields(models.Model):
    """What an organization says about itself in public. The organization holds what is live, a revision what is proposed."""

    mission = models.TextField(_("Mission"), blank=True)
    mission_ur = models.TextField(_("Mission in Urdu"), blank=True)
    founded_year = models.PositiveSmallIntegerField(_("Year founded"), null=True, blank=True)
    website = models.URLField(_("Website"), blank=True)
    public_email = models.EmailField(_("Public e-mail address"), blank=True)
    public_phone = models.CharField(_("Public office telephone"), max_length=20, blank=True)
    headquarters = models.ForeignKey(
        District,
        verbose_name=_("Head office district"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    languages = ArrayField(
        models.CharField(max_length=5),
        verbose_name=_("Working languages"),
        default=list,
        blank=True,
    )
    is_women_led = models.BooleanField(_("Led by women"), default=False)
    is_youth_led = models.BooleanField(_("Led by young people"), default=False)
    is_disability_led = models.BooleanField(_("Led by persons with disabilities"), default=False)
    women_staff_count = models.PositiveIntegerField(_("Women on the staff"), null=True, blank=True)
    men_staff_count = models.PositiveIntegerField(_("Men on the staff"), null=True, blank=True)
    districts = models.ManyToManyField(District, verbose_name=_("Districts"), blank=True, related_name="+")
    themes = models.ManyToManyField(Term, verbose_name=_("Themes"), blank=True, related_name="+")
    target_groups = models.ManyToManyField(Term, verbose_name=_("Target groups"), blank=True, related_name="+")

    class Meta:
        abstract = True


#: The profile fields that a revision may change, in the order of the form.
PROFILE_FIELDS = (
    "mission",
    "mission_ur",
    "founded_year",
    "headquarters",
    "districts",
    "themes",
    "target_groups",
    "languages",
    "is_women_led",
    "is_youth_led",
    "is_disability_led",
    "women_staff_count",
    "men_staff_count",
    "website",
    "public_email",
    "public_phone",
)


class Organization(ProfileFields):
    """A member CSO or other body. Names, type and membership are the programme's; the profile is the organization's."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("Name"), max_length=160)
    name_ur = models.CharField(_("Name in Urdu"), max_length=160, blank=True)
    acronym = models.CharField(_("Acronym"), max_length=20, blank=True)
    type = models.ForeignKey(Term, verbose_name=_("Type"), on_delete=models.PROTECT, related_name="+")
    is_member = models.BooleanField(_("Civil society organization of the programme"), default=True)
    is_active = models.BooleanField(_("Active"), default=True)
    sensitivity = models.CharField(max_length=12, choices=Sensitivity, default=Sensitivity.PUBLIC)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(OpClass(UrNorm("name"), "gin_trgm_ops"), name="organization_name_trgm"),
            GinIndex(
                OpClass(UrNorm("name_ur"), "gin_trgm_ops"),
                name="organization_name_ur_trgm",
            ),
            GinIndex(
                OpClass(UrNorm("acronym"), "gin_trgm_ops"),
                name="organization_acronym_trgm",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name in the reader's language."""
        return in_own_language(self.name, self.name_ur)

    @property
    def display_mission(self) -> str:
        return in_own_language(self.mission, self.mission_ur)


class ProfileRevisionQuerySet(VisibleQuerySet):
    """A proposed profile is between the organization and the programme's reviewers and managers."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.REVIEWER):
            return self.exclude(~Q(organization_id__in=actor.organization_ids), state=State.DRAFT)
        return self.filter(organization_id__in=actor.organization_ids)


class ProfileRevision(Stateful, ProfileFields):
    """A change to a profile on its way through review. Publishing copies it to the organization."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="profile_revisions")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Everyone who ever saved or sent this revision: none of them may verify or approve it, wherever they work by then.
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    objects = ProfileRevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(
                    state__in=[
                        State.DRAFT,
                        State.SUBMITTED,
                        State.RETURNED,
                        State.VERIFIED,
                        State.APPROVED,
                    ]
                ),
                name="one_profile_revision_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"profile revision {self.pk} of organization {self.organization_id}"


class OfVisibleRevision(FollowingQuerySet):
    """Rows that follow their profile revision."""

    follows = ("subject",)


class ProfileTransition(TransitionRecord):
    """The log of a profile revision."""

    subject = models.ForeignKey(ProfileRevision, on_delete=models.CASCADE, related_name="transitions")

    objects = OfVisibleRevision.as_manager()


class ProfileComment(models.Model):
    """A reviewer's remark on one field of a profile revision."""

    subject = models.ForeignKey(ProfileRevision, on_delete=models.CASCADE, related_name="comments")
    field = models.CharField(max_length=40, blank=True)
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = OfVisibleRevision.as_manager()


class OwnAndTrustedQuerySet(VisibleQuerySet):
    """What an organization keeps private: its own people, programme managers, and the data-protection officer."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.has(Role.MANAGER, Role.DATA_PROTECTION_OFFICER):
            return self
        return self.filter(organization_id__in=actor.organization_ids)


class Registration(models.Model):
    """Under which law, and with which number, the organization is registered. Never public."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="registration")
    law = models.ForeignKey(Term, verbose_name=_("Law"), on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("Registration number"), max_length=60)
    registered_on = models.DateField(_("Registered on"), null=True, blank=True)
    expires_on = models.DateField(_("Valid until"), null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = OwnAndTrustedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"registration of organization {self.organization_id}"


class RegistrationPaper(StoredFile):
    """A scan of a registration paper."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="registration_papers")
    title = models.CharField(_("What it is"), max_length=120)

    objects = OwnAndTrustedQuerySet.as_manager()


class PrivateContact(models.Model):
    """A person to reach at the organization. Personal data."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="private_contacts")
    name = models.CharField(_("Name"), max_length=120)
    position = models.CharField(_("Position"), max_length=120, blank=True)
    email = models.EmailField(_("E-mail address"), blank=True)
    phone = models.CharField(_("Telephone"), max_length=24, blank=True)
    is_demo = models.BooleanField(default=False)

    objects = OwnAndTrustedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"contact {self.pk} of organization {self.organization_id}"
