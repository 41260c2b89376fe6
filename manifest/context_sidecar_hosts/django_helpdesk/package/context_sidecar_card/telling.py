"""What a ticket tells about its customer, and a request about who looks."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from helpdesk.models import Ticket

from context_sidecar_card import configured


def told(ticket: Ticket, request: HttpRequest) -> dict[str, str | None]:
    """Return the parameters of the card's address."""
    user, theme = request.user, request.GET.get("theme", "")
    return {
        "record": f"ticket/{ticket.pk}",
        "user": user.get_username(),
        "user_name": user.get_full_name(),
        "locale": get_language(),
        "theme": theme if theme in {"light", "dark"} else "",
        "time_zone": timezone.get_current_timezone_name(),
        **{f"key.{key}": _key(ticket, key) for key in configured.KEYS},
    }


def _key(ticket: Ticket, key: str) -> str | None:
    if key == "requester_email":
        return ticket.submitter_email
    if key == "queue":
        return ticket.queue.title
    return _custom_field(ticket, key)


def _custom_field(ticket: Ticket, key: str) -> str | None:
    fields = ticket.ticketcustomfieldvalue_set.select_related("field")
    found = [one.value for one in fields if f"cf_{one.field.name.replace('-', '_')}" == key]
    return found[0] if len(found) == 1 else None
