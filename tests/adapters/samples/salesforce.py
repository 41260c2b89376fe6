"""A Salesforce org, by client credentials."""

from support.salesforce import ACME, Salesforce, case

SECRET = "T0P-s3cret-token"
KEY = ACME
MEANS = {"a web page": "server_error"}
"""Salesforce shows one while it is being maintained."""


def settings(url):
    return {"instance_url": url, "client_id": "app", "client_secret": SECRET}


def play(server):
    salesforce = Salesforce(server)
    more = {"Name": "Renewal", "StageName": "Negotiation", "Amount": 1000.5}
    (acme, *_) = salesforce.records["Account"]
    salesforce.records["Opportunity"] = [case(1, acme, **more, CloseDate="2026-12-31")]
    return salesforce


def sign_in(request):
    """Give out a token, so that what fails is the call after it."""
    if request.path == "/services/oauth2/token":
        return {"access_token": SECRET, "token_type": "Bearer", "instance_url": request.host_url}
    return None


TELLS_NONE = {"null": ["compositeResponse.*.body.records.*.Owner"]}
"""A relationship to nobody is null (SOQL and SOSL Reference, Relationship Queries)."""
