"""Gladly."""
