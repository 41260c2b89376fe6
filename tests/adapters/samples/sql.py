"""A warehouse that is not there."""

SECRET = "T0P-s3cret-token"
KEY = "C-1"


def settings(url):
    query = "SELECT account_id, tier FROM context WHERE account_id IN :keys"
    return {
        "url": f"postgresql+psycopg://reader:{SECRET}@127.0.0.1:1/warehouse",
        "lookups": {"account": {"query": query, "key": "account_id"}},
        "accounts": {"query": "SELECT account_id FROM accounts"},
    }
