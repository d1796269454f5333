"""The addresses of stories."""

from django.urls import URLPattern, path

from evidence.stories.views import beside, public, writing

urlpatterns: list[URLPattern] = [
    path("stories/", public.story_list, name="story_list"),
    path("stories/feed/", public.StoryFeed(), name="story_feed"),
    path("stories/mine/", writing.story_mine, name="story_mine"),
    path("stories/new/", writing.story_new, name="story_new"),
    path("stories/<uuid:uuid>/", public.story, name="story"),
    path("stories/<uuid:uuid>/about/", writing.story_about, name="story_about"),
    path("stories/<uuid:uuid>/original/", writing.story_original, name="story_original"),
    path("stories/<uuid:uuid>/edit/", writing.story_edit, name="story_edit"),
    path("stories/<uuid:uuid>/consents/", beside.story_consents, name="story_consents"),
    path("stories/<uuid:uuid>/consents/<uuid:consent_uuid>/off/", beside.story_detach, name="story_detach"),
    path("stories/<uuid:uuid>/photos/", beside.story_photos, name="story_photos"),
    path("stories/<uuid:uuid>/photos/<uuid:photo_uuid>/", public.photo, name="story_photo"),
    path("stories/<uuid:uuid>/photos/<uuid:photo_uuid>/off/", beside.story_photo_remove, name="story_photo_remove"),
    path("stories/<uuid:uuid>/redaction/approve/", beside.story_approve_redaction, name="story_approve_redaction"),
    path("stories/<uuid:uuid>/grade/", beside.story_grade, name="story_grade"),
]
