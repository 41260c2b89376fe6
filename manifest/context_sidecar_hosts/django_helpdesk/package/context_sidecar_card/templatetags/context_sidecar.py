"""The box on the ticket's page."""

from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from helpdesk.models import Ticket

from context_sidecar_card import configured
from context_sidecar_card.texts import texts

register = template.Library()


@register.inclusion_tag("context_sidecar_card/box.html")
def context_sidecar_box(ticket: Ticket) -> dict[str, str]:
    """Show the box for *ticket*."""
    card = urlsplit(configured.ADDRESS)
    return {
        "title": configured.TITLE,
        "card": reverse("context_sidecar_card:card", args=[ticket.pk]),
        "origin": f"{card.scheme}://{card.netloc}",
        **texts(get_language() or ""),
    }
