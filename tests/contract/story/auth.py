"""Chapter one: who is calling, while the account is still empty."""

from tests.contract.lab import Lab

_AS_RECORDED = (
    "api_root",
    "assets_list_anonymous",
    "assets_list_bad_token",
    "assets_list_bad_token_russian",
    "assets_list_basic",
    "assets_list_bearer_scheme",
    "assets_list_malformed_token",
    "me",
    "me_anonymous",
    "me_bad_token",
    "missing_trailing_slash_get",
    "missing_trailing_slash_post",
    "service_health",
    "token_anonymous",
    "token_with_basic",
    "unknown_route_404",
)


def tell(lab: Lab) -> None:
    for name in _AS_RECORDED:
        lab.play(f"auth/{name}")
    lab.play("auth/token_with_bad_password", password="not-the-password")
