"""What is kept: the tables and the queries over them, in SQLAlchemy Core. SQLite by default.

The one room that knows SQL. It knows the core's nouns and nothing above it.
"""
