"""Leads the frame to the card, by an address that is signed now: it works once and not for long,
while a page stays open, is restored and is opened in a tab for later."""

import logging
from pathlib import Path

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET
from helpdesk.decorators import is_helpdesk_staff
from helpdesk.models import Ticket
from helpdesk.user import HelpdeskUser

from context_sidecar_card import configured
from context_sidecar_card.address import sign
from context_sidecar_card.telling import told

log = logging.getLogger(__name__)


@require_GET
@never_cache
@xframe_options_exempt
def card(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Redirect whoever may open the ticket to its card; for all others there is nothing here."""
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None or not _may_open(request.user, ticket):
        raise Http404
    try:
        secret = Path(settings.CONTEXT_SIDECAR_SECRET_FILE).read_text(encoding="utf-8").strip()
    except (AttributeError, OSError) as error:
        log.error("Context Sidecar: the file of CONTEXT_SIDECAR_SECRET_FILE: %s", error)  # noqa: TRY400  the cause is in the line
        return HttpResponse(status=503)
    return HttpResponseRedirect(sign(configured.ADDRESS, secret, told(ticket, request)))


def _may_open(user: AbstractBaseUser, ticket: Ticket) -> bool:
    return bool(is_helpdesk_staff(user) and HelpdeskUser(user).can_access_ticket(ticket))
