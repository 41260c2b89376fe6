"""Any page that can show an iframe and make an HMAC."""
