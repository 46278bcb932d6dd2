"""The registry of places: dated rows with stable identities. It knows no other app."""
