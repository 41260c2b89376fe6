"""What turns. `context` answers one request: it finds out who it is about in the `directory`, and
reads each field through the `cache`, which asks the `sources`, which ask through the `door`.

Knows the core and the store. The only room that starts threads.
"""
