"""What turns: the door to the network, the directory, the cache, the sources, one request.

Knows the core and the store. The only room that starts threads; httpx stands in `http.py` alone.
"""
