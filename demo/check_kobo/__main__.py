"""`python -m demo.check_kobo`: does a real KoBo server still behave as this project believes?

Works in throw-away projects of its own and removes them. Ends with 0 if nothing differs, 1 if
something does, 2 if it could not run.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import httpx
from rich.console import Console

from demo.check_kobo.probes import Line
from demo.check_kobo.report import BROKEN, Report
from demo.check_kobo.run import CouldNotRun, Listen, Plan, check
from forms.kobo import Server, TokenMissing, read_token

SUFFIX = ".token"


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt_once)
    screen = Console(stderr=True)
    try:
        with screen.status("Signing in ...") as status:
            report = check(
                _plan(chosen),
                sleep=time.sleep,
                about=lambda line: status.update(_progress(line)),
            )
    except CouldNotRun as reason:
        return _broken_off(screen, str(reason), reason)
    except KeyboardInterrupt as interruption:
        return _broken_off(screen, "Interrupted.", interruption)
    _print(report, as_json=chosen.json)
    return report.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo.check_kobo",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--url", required=True, help="https://host of the server")
    add("--openrosa-url", help="where tablets send to, if it is another host")
    add("--token-file", type=Path, required=True, help="NAME.token, mode 0600")
    add("--other-username", help="a second account, for what needs one")
    add("--other-token-file", type=Path, help="NAME.token of the second account, mode 0600")
    add("--receiver-url", help="how KoBo reaches this machine, for the hooks")
    add("--receiver-listen", help="HOST:PORT, if not those of --receiver-url")
    add("--allow-private", action="store_true", help="a laboratory: plain http, private addresses")
    add("--keep", action="store_true", help="leave the throw-away projects there")
    add("--json", action="store_true", help="print JSON instead of a table")
    return parser


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Interrupt the run, but not the removal of its projects that follows."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _plan(chosen: argparse.Namespace) -> Plan:
    """Raises CouldNotRun."""
    if bool(chosen.other_username) != bool(chosen.other_token_file):
        raise CouldNotRun("A second account needs both its username and its token file.")
    return Plan(
        server=Server(
            slug="check",
            url=chosen.url,
            openrosa_url=chosen.openrosa_url or chosen.url,
            allow_private=chosen.allow_private,
        ),
        token=_token(chosen.token_file),
        other=(chosen.other_username, _token(chosen.other_token_file))
        if chosen.other_username
        else None,
        listen=_listen(chosen.receiver_url, chosen.receiver_listen),
        keep=chosen.keep,
    )


def _token(file: Path) -> str:
    """Read a token by the rules of our client, which wants a `.token` that none but us can read."""
    if file.suffix != SUFFIX:
        raise CouldNotRun(f"The name of a token file ends with {SUFFIX}.")
    try:
        return read_token(file.parent, file.stem)
    except TokenMissing as missing:
        raise CouldNotRun(str(missing)) from None


def _listen(url: str | None, place: str | None) -> Listen | None:
    """Raises CouldNotRun."""
    if url is None:
        return None
    try:
        told = httpx.URL(url)
        host, _, port = (place or f"{told.host}:{told.port or ''}").rpartition(":")
        return Listen(url, host, int(port))
    except (httpx.InvalidURL, ValueError):
        raise CouldNotRun(
            "The receiver needs a URL and a port: --receiver-url, --receiver-listen HOST:PORT."
        ) from None


def _progress(line: Line) -> str:
    return f"{line.number or 'client'}: {line.about} ..."


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
        return
    screen = Console()
    screen.print(report.as_table())
    for sentence in report.as_sentences():
        screen.print(sentence, markup=False, highlight=False)


def _broken_off(screen: Console, sentence: str, failure: BaseException) -> int:
    """Say why, and what is left behind if anything is."""
    for said in (sentence, *getattr(failure, "__notes__", ())):
        screen.print(said, markup=False, highlight=False)
    return BROKEN


if __name__ == "__main__":
    sys.exit(main())
