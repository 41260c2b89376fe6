"""Shows the customer behind a ticket of django-helpdesk, in a frame beside the ticket.

`context_sidecar_card` stands before `helpdesk` in `INSTALLED_APPS`, its `urls` are among the
project's, and `CONTEXT_SIDECAR_SECRET_FILE` names the file with the secret that is shared with
Context Sidecar. The rest is in `configured.py`, as it was when the app was built.
"""
