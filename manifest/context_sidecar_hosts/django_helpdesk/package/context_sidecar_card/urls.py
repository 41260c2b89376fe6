"""Where the frame begins."""

from django.urls import path

from context_sidecar_card import views

app_name = "context_sidecar_card"
urlpatterns = [path("card/<int:ticket_id>/", views.card, name="card")]
