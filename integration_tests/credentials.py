"""Credentials that a simulated account accepts, as a config contains them."""

API_TOKEN = {"credentials": "api_token", "email": "admin@acme.example", "api_token": "simulated-token"}
BEARER = {"credentials": "oauth2.0", "access_token": "simulated-access-token"}
CLIENT = {"client_id": "simulated-client", "client_secret": "simulated-secret"}
CLIENT_CREDENTIALS = {"credentials": "oauth2_client_credentials", **CLIENT}
REFRESH = {"credentials": "oauth2_refresh", **CLIENT, "refresh_token": "simulated-refresh-token"}
