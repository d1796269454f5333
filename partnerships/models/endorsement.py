"""The endorsement of a roadmap by NACTA (`core.endorsement`). An edition is the roadmap with its pillars and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from core.access import Role, VisibleQuerySet
from core.endorsement import Endorsement, EndorsementRecord
from partnerships.models.roadmap import Roadmap

if TYPE_CHECKING:
    from core.access import Actor


class RoadmapEndorsementQuerySet(VisibleQuerySet):
    """Whoever reads the roadmap reads what holds; staff also read what was withdrawn."""

    def visible_to(self, actor: Actor) -> Self:
        rows = self.filter(subject__in=Roadmap.objects.visible_to(actor))
        return rows if actor.has(Role.MANAGER, Role.NACTA, Role.REVIEWER) else rows.filter(withdrawn_at=None)


class RoadmapEndorsement(Endorsement):
    """NACTA stands behind one edition of a roadmap."""

    subject = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="endorsements")

    objects = RoadmapEndorsementQuerySet.as_manager()


class RoadmapEndorsementRecord(EndorsementRecord):
    """What staff did about the endorsement of a roadmap."""

    subject = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="endorsement_records")
