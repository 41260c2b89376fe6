"""Makes the database that every Tryton of the tests copies."""

from support.tryton import template

template()
