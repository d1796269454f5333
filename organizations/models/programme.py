"""The programme that everything belongs to, with the texts that every document prints."""

from __future__ import annotations

from django.db import models

from core.access import PublicQuerySet
from core.text import in_own_language


class Programme(models.Model):
    """A programme on preventing violent extremism, its funder's statement and its disclaimers."""

    code = models.SlugField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    title_ur = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    summary_ur = models.TextField(blank=True)
    lead_name = models.CharField(max_length=120)
    lead_name_ur = models.CharField(max_length=120, blank=True)
    executing_name = models.CharField(max_length=120)
    executing_name_ur = models.CharField(max_length=120, blank=True)
    funder_name = models.CharField(max_length=120)
    funder_name_ur = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    contact_email = models.EmailField(blank=True)
    is_demo = models.BooleanField(default=False)

    objects = PublicQuerySet.as_manager()

    def __str__(self) -> str:
        return in_own_language(self.title, self.title_ur)

    @property
    def display_summary(self) -> str:
        return in_own_language(self.summary, self.summary_ur)
