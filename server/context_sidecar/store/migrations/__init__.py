"""How a database that an older version wrote is brought up to date: one file for each step."""
