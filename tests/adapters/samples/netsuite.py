"""A NetSuite account, by the key of a mapped certificate."""

from cryptography.hazmat.primitives import serialization
from support.keys import key
from support.netsuite import NetSuite

SECRET = (
    key("netsuite")
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    .decode()
)
KEY = "C-1"


def settings(url):
    return {
        "account_id": "1234567_SB1",
        "client_id": "app",
        "certificate_id": "cert-1",
        "private_key": SECRET,
        "url": url,
    }


def play(server):
    return NetSuite(server)


def sign_in(request):
    """Give out a token, so that what fails is the call after it."""
    if request.path.endswith("/auth/oauth2/v1/token"):
        return {"access_token": "t-1", "token_type": "bearer", "expires_in": "3600"}
    return None


TELLS_NONE = {
    "gone": [
        "items.*.companyname", "items.*.due", "items.*.sc_day_startdate",
        "items.*.sc_display_salesrep",
    ],
}  # fmt: skip
"""A null column is left out of a row of SuiteQL; one that there is not, or that our role may not
read, fails the query."""
