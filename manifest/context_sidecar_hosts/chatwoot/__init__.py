"""Chatwoot."""
