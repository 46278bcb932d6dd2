"""A server as slow as a real one: a pull should take hardly longer than reading its pages."""

from bench.figure import Figure, medians, seconds
from bench.pull import make_keys, make_project, register, seconds_of_pull, seed
from bench.services import services
from forms.kobo import Kobo, Server

N = 20_000
PAGE_S = 0.25  # what a genuine server took for a thousand rows


def measure() -> list[Figure]:
    asset_uid, version_uid = make_project()
    seed(asset_uid, version_uid, N)
    deployment, keys = register(asset_uid, version_uid), make_keys()
    services.kobo.control("settings", {"page_delay": PAGE_S})
    ours, reading = medians(
        lambda: seconds_of_pull(deployment, keys, N), lambda: seconds_of_reading(asset_uid)
    )
    services.kobo.control("settings", {"page_delay": 0})
    return [
        Figure(
            "read.limit",
            ours,
            "s",
            "reading and discarding the same pages, 0.25 s each",
            reading,
            ours / reading,
            1.15,
            "lower",
            3,
        )
    ]


def seconds_of_reading(asset_uid: str) -> float:
    url = services.kobo.url
    server = Server(slug="bench", url=url, openrosa_url=url, allow_private=True)
    with Kobo(server, services.token) as kobo:

        def read() -> None:
            assert sum(len(page.rows) for page in kobo.pages(asset_uid)) == N

        return seconds(read)
