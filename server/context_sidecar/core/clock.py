"""Time comes from outside: whoever needs the present is handed a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Gives the present, aware, in UTC."""
