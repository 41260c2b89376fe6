"""A Salesforce org, by client credentials."""

SECRET = "T0P-s3cret-token"
KEY = "001000000000001AAA"
MEANS = {"a web page": "server_error"}
"""Salesforce shows one while it is being maintained."""


def settings(url):
    return {"instance_url": url, "client_id": "app", "client_secret": SECRET}


def sign_in(request):
    """Give out a token, so that what fails is the call after it."""
    if request.path == "/services/oauth2/token":
        return {"access_token": SECRET, "token_type": "Bearer", "instance_url": request.host_url}
    return None
