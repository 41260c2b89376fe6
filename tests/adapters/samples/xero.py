"""An organisation in Xero, by a custom connection."""

from support.xero import Xero

SECRET = "T0P-s3cret-token"
KEY = "5cc8cf28-567e-4d43-b287-687cfcaec47c"


def settings(url):
    return {
        "url": url,
        "token_url": f"{url}/connect/token",
        "client_id": "app",
        "client_secret": SECRET,
    }


def play(server):
    return Xero(server)


def sign_in(request):
    """Give out a token, so that what fails is the call after it."""
    if request.path == "/connect/token":
        return {"access_token": SECRET, "token_type": "Bearer", "expires_in": 1800}
    return None


TELLS_NONE = {"gone": ["Contacts.*.ContactNumber", "Contacts.*.EmailAddress"]}
"""What is empty is left out (Xero's description of a contact)."""
