"""Why an answer stays sealed, in sentences: what happened, what it means, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vault.actions.unseal import Reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a page says that nothing was opened.

    `is_over` where the request can be answered no more, `may_try_again` where the same
    person may do so at once.
    """

    status: HTTPStatus
    sentence: str | Promise
    is_over: bool = False
    may_try_again: bool = False


NO_KEY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    _(
        "The vault cannot read its server key. Nothing was opened and nothing was lost."
        " Ask the IT officer to look at the key file of the vault, then try again."
    ),
    may_try_again=True,
)

REFUSALS: Mapping[Reason, Refusal] = MappingProxyType(
    {
        Reason.ANSWERED: Refusal(
            HTTPStatus.GONE,
            _(
                "This request was answered before, and an answer is shown once."
                " Whoever still needs it asks again and says what for."
            ),
            is_over=True,
        ),
        Reason.EXPIRED: Refusal(
            HTTPStatus.GONE,
            _(
                "A request stands for one day, and the day of this one is over."
                " Nothing was opened. Whoever still needs the answer asks again."
            ),
            is_over=True,
        ),
        Reason.OWN_REQUEST: Refusal(
            HTTPStatus.FORBIDDEN,
            _(
                "You asked for this answer yourself, so another person opens it."
                " Nothing was opened. Tell the other holder of the round's keys."
            ),
        ),
        Reason.NOT_A_HOLDER: Refusal(
            HTTPStatus.FORBIDDEN,
            _(
                "Your account holds no key of this round. Nothing was opened."
                " Only the two people of the round's key ceremony can open its answers."
            ),
        ),
        Reason.TOO_MANY_TRIES: Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            _(
                "Five wrong passphrases came from your account within an hour, so the vault"
                " takes no more for now. Nothing was opened. Try again in an hour; if it was"
                " not you who tried, tell the IT officer today."
            ),
        ),
        Reason.WRONG_PASSPHRASE: Refusal(
            HTTPStatus.FORBIDDEN,
            _(
                "That passphrase does not open your key. Nothing was opened, and the attempt"
                " is in the access log. Look at the keyboard's language and type it again;"
                " after five wrong ones in an hour the vault takes no more for a while."
            ),
            may_try_again=True,
        ),
        Reason.NOTHING_SEALED: Refusal(
            HTTPStatus.NOT_FOUND,
            _(
                "The vault holds no answer to this question from this interview: it was not"
                " answered, or it has been erased. Nothing was opened. Refuse the request."
            ),
        ),
        Reason.ERASED: Refusal(
            HTTPStatus.GONE,
            _(
                "This interview was erased and its key destroyed, so nobody can open it again."
                " Refuse the request."
            ),
        ),
        Reason.OTHER_KEY: Refusal(
            HTTPStatus.CONFLICT,
            _(
                "This answer is locked with another server key than the vault's current one."
                " Nothing was opened. While an erasure runs this passes by itself: try again"
                " in ten minutes. If it stays so, the key was destroyed and nobody can open"
                " the answer; tell the IT officer."
            ),
            may_try_again=True,
        ),
        Reason.TAMPERED: Refusal(
            HTTPStatus.CONFLICT,
            _(
                "What the vault holds of this answer is not what was sealed: it was changed or"
                " damaged since. Nothing was opened, and the access log has a line about it."
                " Tell the IT officer today."
            ),
        ),
    }
)
