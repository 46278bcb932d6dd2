"""The same assertions over answers recorded from KoBo and over the stand-in server."""
