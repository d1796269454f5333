"""The short forms that documents use. Only those that a document really holds are printed in it."""

import re

from django.utils.translation import gettext as _

from reports.tables import Term


def acronyms_in(text: str) -> tuple[Term, ...]:
    """The short forms found in `text`, with what they stand for in the current language."""
    return tuple(
        Term(short=short, long=long) for short, long in sorted(_glossary().items()) if re.search(rf"\b{short}\b", text)
    )


def _glossary() -> dict[str, str]:
    return {
        "AJK": _("Azad Jammu and Kashmir"),
        "CBO": _("Community-based organization"),
        "CPTP": _("Countering and Preventing Terrorism in Pakistan, the programme"),
        "CSO": _("Civil society organization"),
        "CSOs": _("Civil society organizations"),
        "EU": _("European Union"),
        "ICT": _("Islamabad Capital Territory"),
        "KP": _("Khyber Pakhtunkhwa"),
        "NACTA": _("National Counter Terrorism Authority"),
        "NGO": _("Non-governmental organization"),
        "NPVE": _("National Prevention of Violent Extremism Policy"),
        "PVE": _("Preventing violent extremism"),
        "SDG": _("Sustainable Development Goal"),
        "TBD": _("To be decided: the action is incomplete"),
        "UN": _("United Nations"),
        "UNODC": _("United Nations Office on Drugs and Crime"),
    }
