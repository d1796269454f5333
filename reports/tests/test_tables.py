"""What a table of a report says where a count of people may not be printed."""

from core.suppression import NOT_COLLECTED, WITHHELD, Figure, percentage, single_count
from reports.tables import Absence, Mark, cell_of


def test_a_figure_of_a_release_becomes_a_number_or_one_of_the_five_words() -> None:
    figures = [Figure(value=1200), single_count(3), WITHHELD, NOT_COLLECTED, percentage(10, 40)]
    assert [cell_of(figure) for figure in figures] == [
        1200,
        Mark(Absence.SUPPRESSED, "<5"),
        Mark(Absence.WITHHELD, "withheld"),
        Mark(Absence.NOT_COLLECTED, "not collected"),
        "25%",
    ]
