"""What each problem with KoBo means, what it did not harm, and whose turn it is.

A closed table: a test finds every code that the client or a task can give, and fails until
it stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Turn(StrEnum):
    """Who has to do something; NOBODY where it is tried again by itself."""

    IT_OFFICER = "it_officer"
    OWNER = "owner"
    DATA_MANAGER = "data_manager"
    NOBODY = "nobody"


TURNS: Mapping[Turn, Promise] = MappingProxyType(
    {
        Turn.IT_OFFICER: _("It is the IT officer's turn."),
        Turn.OWNER: _("It is the turn of the project's owner at KoBo."),
        Turn.DATA_MANAGER: _("It is the data manager's turn."),
        Turn.NOBODY: _("It is nobody's turn: it is tried again by itself."),
    }
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem in words: `short` for a line in a list, the others for where there is room."""

    short: Promise
    means: Promise
    unharmed: Promise
    turn: Turn
    remedy: Promise

    @property
    def whose_turn(self) -> Promise:
        return TURNS[self.turn]


KEPT = _("Nothing was lost: what came before is stored, and the rest is still at KoBo.")
NOT_ASKED = _("Nothing was lost: KoBo was not even asked, and our token was not sent.")
NOT_BOUND = _("Nothing was changed, neither here nor at KoBo.")
OUR_TOKEN = _("Nothing was lost, and our token went to nobody else.")

IF_IT_LASTS = _("If it lasts for more than a day, tell the IT officer.")
RENEW_TOKEN = _(
    "Put a token of the account mtm-sync into the server's token file, which its owner alone"
    " may read (mode 0600). Then press “Test the token”."
)
SHARE_AGAIN = _("Share the project with the account mtm-sync again, then press “Start now”.")
SHARE_MORE = _(
    "Give the account mtm-sync the rights to view and to validate submissions, then press"
    " “Start now”."
)
CORRECT_ADDRESS = _("Correct the address of the server, then press “Test the token”.")
REPORT_IT = _("Report it, with this sentence and the time, to those who maintain this system.")
CORRECT_FORM = _("Correct the form, then try again.")

_SHORT_UNAVAILABLE = _("KoBo did not answer; it is tried again by itself")
_SHORT_OTHER = _("KoBo answered in an unexpected way; ask the IT officer")


def _passing(means: Promise) -> Trouble:
    return Trouble(_SHORT_UNAVAILABLE, means, KEPT, Turn.NOBODY, IF_IT_LASTS)


def _odd(means: Promise, short: Promise = _SHORT_OTHER) -> Trouble:
    return Trouble(short, means, KEPT, Turn.IT_OFFICER, REPORT_IT)


def _not_bound(short: Promise, means: Promise, remedy: Promise) -> Trouble:
    return Trouble(short, means, NOT_BOUND, Turn.DATA_MANAGER, remedy)


OTHER = _odd(_("KoBo answered in a way that is not known here."))

TROUBLES: Mapping[str, Trouble] = MappingProxyType(
    {
        # KoBo gives no usable answer now
        "unavailable": _passing(_("KoBo cannot be reached.")),
        "timeout": _passing(_("KoBo did not answer in time.")),
        "connection": _passing(_("The line to KoBo broke, or could not be opened.")),
        "busy": _passing(_("KoBo is busy and asked us to wait.")),
        "server_error": _passing(_("KoBo had an error of its own.")),
        "web_page": _passing(_("A web page came instead of data, as while KoBo is maintained.")),
        "unreadable": _passing(_("KoBo's answer broke off or cannot be read.")),
        # what our account may do
        "token_missing": Trouble(
            _("the token of this server is missing; ask the IT officer"),
            _("The file with the token of this server is missing, unreadable or open to others."),
            NOT_ASKED,
            Turn.IT_OFFICER,
            RENEW_TOKEN,
        ),
        "token_refused": Trouble(
            _("KoBo refused the token; ask the IT officer for a new one"),
            _("KoBo does not accept our token: it was replaced, or the account was closed."),
            KEPT,
            Turn.IT_OFFICER,
            RENEW_TOKEN,
        ),
        "forbidden": Trouble(
            _("KoBo no longer lets us do this; ask the project's owner to share"),
            _("KoBo shows us the project but does not let us do this (403)."),
            KEPT,
            Turn.OWNER,
            SHARE_MORE,
        ),
        "not_reachable": Trouble(
            _("KoBo no longer lets us read the project; ask its owner"),
            _("KoBo no longer lets us read the project (404): no longer shared with us, or gone."),
            KEPT,
            Turn.OWNER,
            SHARE_AGAIN,
        ),
        "row_not_found": _passing(_("KoBo no longer shows one of the submissions.")),
        # where our token may go
        "host_refused": Trouble(
            _("the server's address is not an allowed one"),
            _("The address is not one that we may speak to, or KoBo pointed to another host."),
            OUR_TOKEN,
            Turn.IT_OFFICER,
            CORRECT_ADDRESS,
        ),
        "certificate_refused": Trouble(
            _("the server's certificate is not valid"),
            _("The server's certificate is not valid for its name, so it may be another server."),
            OUR_TOKEN,
            Turn.IT_OFFICER,
            _("Ask whoever runs the KoBo server to renew it. Nothing is sent until then."),
        ),
        # what should not happen
        "failure": OTHER,
        "kobo_error": OTHER,
        "bad_request": _odd(_("KoBo finds our question wrong (400).")),
        "missing_slash": _odd(_("KoBo redirected a request that must not be redirected.")),
        "cursor_stuck": _odd(_("KoBo says that there is more, but does not give it.")),
        "response_too_large": _odd(
            _("KoBo's answer is larger than we read at once."), _("KoBo's answer was too large")
        ),
        "submission_refused": _odd(_("KoBo did not accept a submission.")),
        # bringing a form to KoBo, or a project from there
        "import_refused": _not_bound(
            _("KoBo could not read the workbook"),
            _("KoBo could not read the workbook."),
            CORRECT_FORM,
        ),
        "deployment_refused": _not_bound(
            _("KoBo did not deploy the form"), _("KoBo did not deploy the form."), CORRECT_FORM
        ),
        "form_refused": _not_bound(
            _("the form cannot be used as it is"),
            _("The form lacks something that we need, such as the class of each question."),
            _("Correct the form as said here, deploy it at KoBo again, and bind it then."),
        ),
        "not_deployed": _not_bound(
            _("the project is not deployed"),
            _("The project has no deployed version at KoBo, so there is nothing to bind."),
            _("Deploy the project at KoBo, then bind it."),
        ),
        "encrypted": _not_bound(
            _("the project is encrypted"),
            _("The project's submissions are encrypted with a key that is not here."),
            _("Take the public key out of the form's settings; sealing is done here."),
        ),
        "bound_already": _not_bound(
            _("the project is bound already"),
            _("The project is bound to a round already, and a project serves one round."),
            _("Make a new project at KoBo for another round."),
        ),
    }
)
