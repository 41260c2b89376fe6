"""Freshdesk, by a custom app of the Freshworks platform, version 3.0."""
