"""Asking sources without harm to them or to us: who waits, who works, how often, how patiently, and
when a source is left alone.
"""
