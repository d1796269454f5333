"""What organizations do together. Now the roadmap."""

from partnerships.models.roadmap import Action, ActionPartner, Pillar, Roadmap

__all__ = ["Action", "ActionPartner", "Pillar", "Roadmap"]
