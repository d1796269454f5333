"""What every part of the field data needs: projects with their people, moments, and chance that is the same each time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.access import Role
from pvenet.demo.content import stable_uuid
from pvenet.demo.field.store import Step
from pvenet.demo.people import everybody

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import User
    from organizations.models import Project
    from pvenet.demo.content import Lookup

#: The demo programme's present: after the workshop of January 2026.
PRESENT = datetime(2026, 1, 20, 6, 0, tzinfo=UTC)
#: Steps from a draft to publication, and how many days after the one before each is taken.
PATH = (("submit", 0), ("verify", 4), ("approve", 3), ("publish", 1))


@dataclass(frozen=True, slots=True)
class Field:
    """A project of the demo, its districts and themes by number and code, and who writes for it."""

    project: Project
    key: str
    districts: tuple[tuple[int, str, str], ...]
    themes: tuple[tuple[int, str], ...]
    groups: tuple[str, ...]
    writer_id: int
    starts_on: date
    ends_on: date

    @property
    def organization_id(self) -> int:
        return self.project.organization_id


class Frame:
    """The projects in the order of their codes, and the people of the review."""

    def __init__(self, *, projects: dict[str, Project], users: dict[str, User], lookup: Lookup) -> None:
        self.users, self.lookup = users, lookup
        writers = {person.organization: users[person.key].pk for person in reversed(everybody()) if person.organization}
        self.fields = [
            Field(
                project=project,
                key=code,
                districts=tuple((row.pk, row.code, row.name_en) for row in project.districts.order_by("code")),
                themes=tuple((row.pk, row.code) for row in project.themes.order_by("code")),
                groups=tuple(project.target_groups.order_by("code").values_list("code", flat=True)),
                writer_id=writers[project.organization.slug],
                starts_on=project.starts_on or PRESENT.date(),
                ends_on=project.ends_on or PRESENT.date(),
            )
            for code, project in sorted(projects.items())
        ]
        self.reviewer, self.second_reviewer = users["reviewer"].pk, users["reviewer.two"].pk
        self.manager = users["manager"].pk

    def steps(self, verbs: Sequence[str], *, writer_id: int, begins: datetime, reason: str = "") -> list[Step]:
        """These steps, a few days apart, each by somebody who may take it."""
        days = dict(PATH) | {"return": 3, "withdraw": 40, "change": 9}
        actors = {
            "submit": writer_id,
            "verify": self.reviewer,
            "return": self.reviewer,
            "approve": self.manager,
            "publish": self.manager,
            "withdraw": writer_id,
            "change": writer_id,
        }
        at, found = begins, []
        for verb in verbs:
            at += timedelta(days=days[verb])
            role = (
                Role.REVIEWER
                if verb == "return"
                else Role.FOCAL_POINT
                if verb in {"submit", "withdraw", "change"}
                else ""
            )
            needs = verb in {"return", "withdraw"}
            found.append(Step(verb, actors[verb], at, reason=reason if needs else "", as_role=role))
        return found


def chance(*words: object) -> random.Random:
    """A generator of its own for each subject: a change in one place moves nothing elsewhere."""
    # Nothing here needs to be unpredictable; it has to be the same on every load.
    return random.Random(stable_uuid("field", *words).int)  # noqa: S311


def at_noon(day: date, *, after: int = 0) -> datetime:
    """A moment on a day, not later than the demo's present."""
    return min(datetime(day.year, day.month, day.day, 7, tzinfo=UTC) + timedelta(days=after), PRESENT)


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in the proportion of the weights that add up to the total (largest remainder)."""
    whole = sum(weights)
    shares = [total * weight / whole for weight in weights]
    found = [int(share) for share in shares]
    rest = sorted(range(len(shares)), key=lambda at: (found[at] - shares[at], at))
    for at in rest[: total - sum(found)]:
        found[at] += 1
    return found
