"""A company in QuickBooks Online, which a person has connected."""

from support.quickbooks import QuickBooks

SECRET = "T0P-s3cret"
KEY = "58"


def settings(url):
    return {
        "realm_id": "9130347957983546",
        "client_id": "app",
        "client_secret": SECRET,
        "url": url,
        "token_url": f"{url}/oauth2/v1/tokens/bearer",
    }


def play(server):
    return QuickBooks(server)


def sign_in(request):
    """Renew a token, so that what fails is the call after it."""
    if request.path == "/oauth2/v1/tokens/bearer":
        return {"access_token": f"{SECRET}-2", "refresh_token": f"{SECRET}-3", "expires_in": 3600}
    return None


TELLS_NONE = {
    "gone": ["QueryResponse.Customer.*.CurrencyRef"], "an empty object": ["QueryResponse"],
}  # fmt: skip
"""What is empty is left out; a query that finds nothing answers an empty QueryResponse (Intuit's
pages on data queries and customers)."""
