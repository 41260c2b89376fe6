"""A site of Jira, by an API token."""

from support.jira_site import JiraSite

SECRET = "T0P-s3cret-token"
KEY = "1"


def settings(url):
    return {"url": url, "user": "sidecar@acme.example", "api_token": SECRET, "projects": ["SUP"]}


def play(server):
    return JiraSite(server)
