"""Two rounds of Most Significant Change: one closed, with its path from CSO to nation, and one under way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evidence.models import Candidate, Panel, PanelFeedback, SelectionRound
from organizations.models import Programme
from pvenet.demo.content import day, read
from pvenet.demo.field.frame import PRESENT, at_noon

if TYPE_CHECKING:
    from evidence.models import Story

COMPOSITION = {
    "CSO": "Five members of the staff and two participants, half of them women",
    "PROVINCE": "One person each from six organizations of the province, and a teacher",
    "NATIONAL": "Two organizations, UNODC, NACTA, and a university",
}


def load_rounds(stories: list[Story]) -> int:
    """Panels choose among the live stories of their round; returns how many rounds there are."""
    file = read("stories")
    half = len(stories) // 2
    for number, row in enumerate(file["rounds"]):
        values = {**row, "starts_on": day(row["starts_on"]), "ends_on": day(row["ends_on"])}
        round_ = SelectionRound.objects.create(programme=Programme.objects.get(code="CPTP"), is_demo=True, **values)
        told = stories[:half] if number == 0 else stories[half:]
        _Round(round_, file).run(told, is_closed=row["is_closed"])
    return len(file["rounds"])


class _Round:
    """One round. A panel that decided has one chosen story with the reason; the others get feedback."""

    def __init__(self, round_: Any, file: dict[str, Any]) -> None:
        self.round, self.file, self.told = round_, file, 0
        self.met_on = min(round_.ends_on, PRESENT.date()) + timedelta(days=10)

    def run(self, stories: list[Story], *, is_closed: bool) -> None:
        by_organization: dict[int, list[Story]] = {}
        for story in stories:
            by_organization.setdefault(story.organization_id, []).append(story)
        chosen: dict[int, list[Story]] = {}
        for number, (key, told) in enumerate(sorted(by_organization.items())):
            is_decided = is_closed or number % 2 == 0
            winner = self._panel("CSO", told, is_decided=is_decided, organization_id=key)
            if winner:
                province = winner.project.districts.order_by("code")[0].province_id  # type: ignore[union-attr,misc]
                chosen.setdefault(province, []).append(winner)
        if not is_closed:
            return
        finalists = [
            self._panel("PROVINCE", told, is_decided=True, province_id=key) for key, told in sorted(chosen.items())
        ]
        self._panel("NATIONAL", [story for story in finalists if story], is_decided=True)

    def _panel(self, level: str, stories: list[Story], *, is_decided: bool, **where: int) -> Story | None:
        after = {"CSO": 0, "PROVINCE": 14, "NATIONAL": 30}[level]
        met_on = self.met_on + timedelta(days=after)
        panel = Panel.objects.create(
            round=self.round,
            level=level,
            composition=COMPOSITION[level],
            met_on=met_on if is_decided else None,
            decided_at=at_noon(met_on) if is_decided else None,
            **where,
        )
        winner = stories[self.told % len(stories)] if is_decided else None
        for story in stories:
            self.told += 1
            is_chosen = story is winner
            reasons, feedback = self.file["reasons"], self.file["feedback"]
            candidate = Candidate.objects.create(
                panel=panel,
                story=story,
                is_chosen=is_chosen,
                reason=reasons[self.told % len(reasons)] if is_chosen else "",
            )
            if is_decided:
                PanelFeedback.objects.create(
                    candidate=candidate,
                    text=feedback[self.told % len(feedback)],
                    given_at=at_noon(met_on, after=2),
                    passed_on_at=at_noon(met_on, after=16) if self.told % 3 else None,
                )
        return winner
