"""The focal point opens one sealed answer in the vault process, as a browser would."""

import html
import re

import httpx

from demo.services.failure import ServiceFailed

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
REQUEST = re.compile(r'href="(/vault/requests?/[^"]+)"')


def open_once(vault_url: str, *, password: str, passphrase: str, answer: str) -> int:
    """Return how many of two attempts showed the answer: it should be one.

    Raises ServiceFailed where a page is not as expected.
    """
    with httpx.Client(base_url=vault_url, follow_redirects=True, timeout=60) as browser:
        _post(browser, "/vault/login/", {"username": "focal", "password": password})
        found = REQUEST.search(browser.get("/vault/").text)
        if found is None:
            raise ServiceFailed("The vault shows no request to unseal.")
        shown = 0
        for _ in range(2):
            page = _post(browser, html.unescape(found[1]), {"passphrase": passphrase, "open": "1"})
            shown += html.escape(answer) in page
        return shown


def _post(browser: httpx.Client, path: str, fields: dict[str, str]) -> str:
    token = TOKEN.search(browser.get(path).text)
    if token is None:
        return ""
    sent = fields | {"csrfmiddlewaretoken": token[1]}
    return browser.post(path, data=sent, headers={"Referer": f"{browser.base_url}"}).text
