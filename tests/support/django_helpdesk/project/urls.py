"""The project's addresses: django-helpdesk's, and ours."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
if settings.CARD:
    urlpatterns.insert(0, path("context-sidecar/", include("context_sidecar_card.urls")))
