"""The door to the network: where a call may go, how long it takes, how it signs in, and what an
answer that is none means. httpx stands in `http.py` alone.
"""
