"""What can go wrong with KoBo, in two kinds: ask again (`KoboUnavailable`), do not (`KoboError`).

A message says what happened in plain words, with the path and the status. It never holds a body,
a query or a token: bodies hold answers, queries hold the uuids of interviews.
"""


class Failure(Exception):
    """What both kinds carry; catch one of the two kinds, not this.

    `code` is stable text for programs, `status` the HTTP status if there was an answer, `path`
    the path asked for, without its query.
    """

    code = "failure"
    words = "Something went wrong."

    # One optional positional parameter, so that a failure survives being pickled by Celery.
    def __init__(
        self, words: str | None = None, *, status: int | None = None, path: str = ""
    ) -> None:
        super().__init__(words or self.words)
        self.status = status
        self.path = path

    def __str__(self) -> str:
        where = ", ".join(str(part) for part in (self.status, self.path) if part)
        return f"{self.args[0]} ({where})" if where else str(self.args[0])


class KoboUnavailable(Failure):
    """KoBo did not give a usable answer now; the same question may succeed later.

    `code` is one of timeout, connection, busy, server_error, web_page, unreadable.
    `retry_after` is the number of seconds that KoBo asked us to wait, if it did.
    """

    code = "unavailable"
    words = "KoBo cannot be reached."

    def __init__(
        self,
        words: str | None = None,
        *,
        code: str | None = None,
        status: int | None = None,
        path: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(words, status=status, path=path)
        self.code = code or self.code
        self.retry_after = retry_after


class KoboError(Failure):
    """KoBo's answer, or our question, is such that asking again will not help."""

    code = "kobo_error"
    words = "KoBo answered in a way that this client does not know."


class TokenMissing(KoboError):
    code = "token_missing"
    words = "There is no usable token for this server."


class TokenRefused(KoboError):
    code = "token_refused"
    words = "KoBo does not accept the token or password."


class Forbidden(KoboError):
    code = "forbidden"
    words = "The account may see this, but has not the right to do it."


class NotReachable(KoboError):
    """KoBo answers 404 both for what is gone and for what is not shared with us."""

    code = "not_reachable"
    words = "This is gone, or no longer shared with the account."


class RowNotFound(KoboError):
    """No such row *or* no access to its asset: ask for the asset before believing a deletion."""

    code = "row_not_found"
    words = "KoBo does not show this row: deleted, or no longer shared with the account."


class BadRequest(KoboError):
    """`fields` are the names of the fields that KoBo complained about, never what it said."""

    code = "bad_request"
    words = "KoBo finds the question wrong."

    def __init__(
        self,
        words: str | None = None,
        *,
        status: int | None = None,
        path: str = "",
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(words, status=status, path=path)
        self.fields = fields


class HostRefused(KoboError):
    code = "host_refused"
    words = "This address is not one that the client may speak to."


class CertificateRefused(KoboError):
    code = "certificate_refused"
    words = "The server's certificate is not valid for its name."


class ResponseTooLarge(KoboError):
    code = "response_too_large"
    words = "The answer is larger than allowed; ask for fewer rows."


class MissingSlash(KoboError):
    """KoBo redirects a path without its final slash, and a POST that follows loses its body."""

    code = "missing_slash"
    words = "KoBo redirected a request that must not be redirected: is a final slash missing?"


class CursorStuck(KoboError):
    code = "cursor_stuck"
    words = "KoBo says there are more rows, but the last page does not lead to them."


class Refused(KoboError):
    """`messages` are KoBo's words about a *form*, shortened; they hold no answer."""

    def __init__(
        self,
        words: str | None = None,
        *,
        status: int | None = None,
        path: str = "",
        messages: tuple[str, ...] = (),
    ) -> None:
        super().__init__(words, status=status, path=path)
        self.messages = messages


class ImportRefused(Refused):
    code = "import_refused"
    words = "KoBo could not read the workbook."


class DeploymentRefused(Refused):
    code = "deployment_refused"
    words = "KoBo did not deploy the form."


class SubmissionRefused(KoboError):
    """`status` says why: 409 other content, 410 stale edit, 405 archived form, 403 no right, ..."""

    code = "submission_refused"
    words = "KoBo did not accept the submission."
