"""What organizations do together. Now the roadmap, and its endorsement."""

from partnerships.models.endorsement import RoadmapEndorsement, RoadmapEndorsementRecord
from partnerships.models.roadmap import Action, ActionPartner, Pillar, Roadmap

__all__ = ["Action", "ActionPartner", "Pillar", "Roadmap", "RoadmapEndorsement", "RoadmapEndorsementRecord"]
