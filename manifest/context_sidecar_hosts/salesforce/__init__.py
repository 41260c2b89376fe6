"""Salesforce, by a Canvas app in a Lightning component."""
