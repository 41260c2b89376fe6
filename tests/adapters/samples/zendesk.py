"""A Zendesk account, by OAuth."""

from support.zendesk import Zendesk

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    return {"url": url, "token": SECRET}


def play(server):
    return Zendesk(server)
