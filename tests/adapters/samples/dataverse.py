"""An environment of Dynamics 365, by an app's secret."""

from support.dynamics import COMPANY, Dynamics

SECRET = "T0P-s3cret-token"
KEY = "A-1"
OTHERWISE = {
    "Business Central": ({"service": "business_central", "company_id": COMPANY}, "10000"),
}  # fmt: skip


def settings(url):
    return {
        "url": url,
        "login_url": url,
        "tenant_id": "acme.example",
        "client_id": "app",
        "client_secret": SECRET,
    }


def play(server):
    return Dynamics(server)


def sign_in(request):
    """Give out a token, so that what fails is the call after it."""
    if request.path.endswith("/oauth2/v2.0/token"):
        return {"access_token": SECRET, "token_type": "Bearer", "expires_in": 3599}
    return None
