"""Zoho Desk, by a private extension."""
