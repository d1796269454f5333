"""The evidence app."""

from django.apps import AppConfig

from core.retraction import on_retraction


class EvidenceConfig(AppConfig):
    """Registers evidence with Django, its kinds of records, and its places in the navigation."""

    name = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Each feature folder registers what it brings; kinds need the app registry, so the imports stand here."""
        from evidence.activities.kind import KIND as ACTIVITY
        from evidence.activities.navigation import offer_places, start_panel
        from evidence.intake.selectors import start_panel as intake_panel
        from evidence.learning.kind import KINDS as LEARNING
        from evidence.learning.navigation import offer_library
        from evidence.learning.navigation import start_panel as learning_panel
        from evidence.overview.navigation import offer_places as offer_overview
        from evidence.overview.services import close_what_rests_on
        from evidence.quality.selectors import start_panel as doubts_panel
        from evidence.records.kinds import register
        from evidence.records.start import register_panel
        from evidence.results.calendar import settle_calendar
        from evidence.results.kind import KIND as RESULT
        from evidence.results.navigation import offer_places as offer_results
        from evidence.results.selectors import start_panel as results_panel
        from evidence.stories.kind import KIND as STORY
        from evidence.stories.navigation import offer_places as offer_stories
        from evidence.stories.navigation import start_panel as stories_panel
        from organizations.projects.changes import on_project_change

        register(ACTIVITY)
        register(RESULT)
        register(STORY)
        for kind in LEARNING:
            register(kind)
        offer_places()
        offer_library()
        offer_overview()
        on_retraction("reach", close_what_rests_on)
        register_panel("evidence/activities/start_panel.html", start_panel, position=20)
        register_panel("evidence/intake/start_panel.html", intake_panel, position=60)
        register_panel("evidence/learning/start_panel.html", learning_panel, position=50)
        offer_results()
        register_panel("evidence/results/start_panel.html", results_panel, position=10)
        register_panel("evidence/quality/start_panel.html", doubts_panel, position=70)
        on_project_change("reporting calendar", settle_calendar)
        offer_stories()
        register_panel("evidence/stories/start_panel.html", stories_panel, position=40)
