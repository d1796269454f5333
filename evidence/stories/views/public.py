"""Stories as everyone reads them: the list with its search, one story, its photos, and the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.access import Actor
from core.web.files import stream
from evidence.consents.policies import can_list
from evidence.models import STORY_FIELDS, Story, StoryPhoto
from evidence.records import policies as record_policies
from evidence.selection.selectors import path_of
from evidence.stories import policies, selectors
from evidence.stories.forms import StoryFilter

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 20
FEED_SIZE = 30


@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    """The published stories that this reader may read, with filters and words."""
    form = StoryFilter(request.GET)
    rows = selectors.published_stories(request.actor, **form.chosen())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "evidence/stories/list.html",
        {
            "form": form,
            "page": page,
            "total": page.paginator.count,
            "writes": bool(request.actor.organization_ids),
        },
        status=400 if form.errors else 200,
    )


@require_safe
@never_cache
def story(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One story as others read it. Whoever may see it before it is published is told that nobody else does."""
    actor = request.actor
    row = get_object_or_404(
        Story.objects.visible_to(actor).select_related("organization", "domain", "project__programme"), uuid=uuid
    )
    revision = selectors.revision_to_read(actor, row)
    if revision is None:
        raise Http404
    return render(
        request,
        "evidence/stories/story.html",
        {
            "story": row,
            "revision": revision,
            "texts": [
                (revision._meta.get_field(name).verbose_name, getattr(revision, name), name)
                for name in STORY_FIELDS[1:]
                if getattr(revision, name)
            ],
            "is_live": selectors.is_live(row),
            "photos": selectors.photos_of(actor, row),
            "path": path_of(actor, row),
            "can_write": record_policies.can_write(actor, row),
            "can_review": record_policies.can_review(actor, row) and row.first_submitted_at is not None,
            "can_withdraw": row.published_revision_id is not None and record_policies.can_withdraw(actor, row),
            "can_read_original": policies.can_read_original(actor, row),
            "can_read_consents": can_list(actor) and policies.can_read_original(actor, row),
        },
    )


@require_safe
@never_cache
def photo(request: HttpRequest, uuid: UUID, photo_uuid: UUID) -> HttpResponse:
    """A photo, for whoever may see it at this moment."""
    rows = StoryPhoto.objects.visible_to(request.actor)
    return stream(get_object_or_404(rows, uuid=photo_uuid, story__uuid=uuid), inline=True)


class StoryFeed(Feed):
    """New stories as Atom. Readers keep what a feed says, so it says where a story is and never what it tells."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest) -> Actor:
        return Actor.visitor()

    def title(self) -> str:
        return _("Stories of change")

    def subtitle(self) -> str:
        return _("New stories in the portal. Each is read there, as long as the person consents.")

    def link(self) -> str:
        return reverse("evidence:story_list")

    def feed_url(self) -> str:
        return reverse("evidence:story_feed")

    def items(self, actor: Actor) -> list[Story]:
        return list(selectors.published_stories(actor)[:FEED_SIZE])

    def item_title(self, item: Story) -> str:
        return item.published_revision.display_title

    def item_description(self, item: Story) -> str:
        return f"{item.domain.label}. {item.organization}."

    def item_link(self, item: Story) -> str:
        return reverse("evidence:story", args=[item.uuid])

    def item_guid(self, item: Story) -> str:
        return f"urn:uuid:{item.uuid}"

    def item_pubdate(self, item: Story) -> Any:
        return item.published_at

    def item_updateddate(self, item: Story) -> Any:
        return item.published_at
