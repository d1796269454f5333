"""Provinces, divisions and districts, loaded from `core/reference/geography.json`. No outline is drawn anywhere."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access import PublicQuerySet
from core.text import in_own_language


class Place(models.Model):
    """What provinces, divisions and districts share: our own stable code, and a name in two languages."""

    code = models.CharField(max_length=40, unique=True)
    name_en = models.CharField(max_length=80)
    name_ur = models.CharField(max_length=80, blank=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_own_language(self.name_en, self.name_ur)


class Province(Place):
    """A province or territory. `short` starts the codes of its districts."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Province")
        TERRITORY = "territory", _("Territory")
        CAPITAL = "capital", _("Federal capital")

    short = models.CharField(max_length=2, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    pcode = models.CharField(max_length=8, blank=True)
    position = models.PositiveSmallIntegerField()

    @property
    def brief(self) -> str:
        """Its two letters beside the name of a place; in Urdu, which has no such letters, its name."""
        return in_own_language(self.short, self.name_ur)


class Division(Place):
    """A division, with the column and row of its tile in the grid."""

    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="divisions")
    tile_column = models.PositiveSmallIntegerField()
    tile_row = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tile_column", "tile_row"],
                name="division_has_a_tile_of_its_own",
            )
        ]


class District(Place):
    """A district. `pcode` is OCHA's, kept as an attribute because OCHA renumbers; null for one district."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="districts")
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="districts")
    pcode = models.CharField(max_length=12, null=True, blank=True)
    aliases = models.JSONField(default=list)
    headquarters = models.CharField(max_length=80, blank=True)
    latitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
