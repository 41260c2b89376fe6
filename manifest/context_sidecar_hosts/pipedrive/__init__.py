"""Pipedrive, by a custom panel of a private app."""
