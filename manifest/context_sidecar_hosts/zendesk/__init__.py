"""Zendesk Support, by an app of the Zendesk Apps Framework (ZAF) version 2."""
