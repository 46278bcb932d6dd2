"""The stand-in as a WSGI application: find the route, learn who calls, answer or refuse."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Request, Response

from demo.kobo import control
from demo.kobo.accounts import caller
from demo.kobo.answers import Crash, Refusal, empty, html_page, json_answer, xml_answer
from demo.kobo.call import Call
from demo.kobo.digest import challenge
from demo.kobo.faults import Deed, interrupted
from demo.kobo.routes import Door, Route, address_map
from demo.kobo.staging import between_pages
from demo.kobo.store import Store
from demo.kobo.world import World

_XFORMS = '<xforms xmlns="http://openrosa.org/xforms/xformsList">{}</xforms>'


class Application:
    def __init__(self, store: Store, world: World) -> None:
        self._store = store
        self._world = world
        self._addresses = address_map()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith(control.PREFIX):
            answer = control.answer(Call(request, self._store, self._world))
        else:
            answer = interrupted(self._world.faults, request, self._answer, self._deed(request))
        return answer(environ, start_response)

    def _deed(self, request: Request) -> Deed:
        return lambda fault: between_pages(Call(request, self._store, self._world), fault)

    def _answer(self, request: Request) -> Response:
        addresses = self._addresses.bind_to_environ(request.environ)
        try:
            route, arguments = addresses.match(method="GET")
        except RequestRedirect:
            return _with_slash(request)
        except HTTPException:
            return html_page(404)
        return self._through(route, arguments, request)

    def _through(self, route: Route, arguments: Mapping[str, Any], request: Request) -> Response:
        call = Call(request, self._store, self._world)
        wanted = request.args.get("format")
        call.suffix = f"?format={wanted}" if wanted else ""
        try:
            if route.door is not Door.OPEN:
                call.username = caller(self._store, request)
            answer = _handled(route, call, arguments)
        except Refusal as refusal:
            answer = _refused(route, refusal)
        except Crash as crash:
            answer = html_page(crash.status)
        return _dressed(route, call, answer)


def _handled(route: Route, call: Call, arguments: Mapping[str, Any]) -> Response:
    method = call.request.method
    handler = route.handler(method)
    if handler is not None:
        return handler(call, **arguments)
    if method == "OPTIONS":
        return empty(200)
    raise Refusal(405, {"detail": f'Method "{method}" not allowed.'})


def _with_slash(request: Request) -> Response:
    """301 for every method: a client that follows with a GET loses its body."""
    query = request.query_string.decode()
    address = f"{request.path}/" + (f"?{query}" if query else "")
    answer = Response(b"", 301, content_type="text/html; charset=utf-8")
    answer.autocorrect_location_header = False
    answer.headers["Location"] = address
    return answer


def _refused(route: Route, refusal: Refusal) -> Response:
    if route.door is Door.REST or "detail" not in refusal.body:
        return json_answer(refusal.body, refusal.status, refusal.headers)
    detail = f"<detail>{escape(str(refusal.body['detail']))}</detail>"
    root = _XFORMS.format(detail) if route.door is Door.XFORMS else f"<root>{detail}</root>"
    headers = {"WWW-Authenticate": challenge()} if refusal.status == 401 else {}
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{root}'
    return xml_answer(text, refusal.status, headers)


def _dressed(route: Route, call: Call, answer: Response) -> Response:
    answer.headers["Vary"] = "Accept, origin, Accept-Language, Cookie"
    answer.headers["Content-Language"] = "en"
    if route.allow and answer.mimetype != "text/html":
        answer.headers["Allow"] = route.allow
    if not call.anonymous:
        answer.headers["X-KoBoNaUt"] = call.username
    return answer
