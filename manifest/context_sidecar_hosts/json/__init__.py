"""Any program that can make an HMAC and reads JSON."""
