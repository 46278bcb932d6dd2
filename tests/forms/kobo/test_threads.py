"""One client, two threads: while a page is stored the next is fetched."""

import json
from concurrent.futures import ThreadPoolExecutor

from tests.forms.kobo.peer import rows_of


def test_two_threads_may_share_a_client(peer, kobo):
    def say(received):
        after = json.loads(received.query["query"])["_id"]["$gt"]
        return rows_of({"_id": after + 1})

    peer.says(say)

    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(lambda after: kobo.page("aForm", after=after), range(40)))

    assert [page.last_id for page in pages] == list(range(1, 41))
