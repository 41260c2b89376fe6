"""HubSpot, by an app card of its developer platform."""
