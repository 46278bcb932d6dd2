"""KoBo as a tablet sees it: which forms there are, a form, and a filled-in form sent back.

Sending is idempotent by the form's instanceID, so it is tried again like a question. 202 means
that KoBo had it already, which to a tablet is as good as 201.
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from forms.kobo.answer import Answer, accept, unreadable
from forms.kobo.client import Client
from forms.kobo.errors import NotReachable, SubmissionRefused, TokenRefused
from forms.kobo.session import Call, Session
from forms.kobo.token import Credential

FORM_LIST = "/formList"
SUBMISSION = "/submission"
XML = "text/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormListEntry:
    """A form that this account may fill in; `form_id` is the asset uid."""

    form_id: str
    name: str
    version: str
    hash: str
    download_url: str
    manifest_url: str | None


@dataclass(frozen=True, slots=True)
class SubmissionReceipt:
    """201: stored, or an attachment added. 202: KoBo had it already."""

    status: int

    @property
    def is_duplicate(self) -> bool:
        return self.status == 202


@dataclass(eq=False, repr=False)
class Tablet(Client):
    """The OpenRosa interface, as an enumerator's account."""

    credential: InitVar[Credential]

    def __post_init__(self, credential: Credential) -> None:
        self._session = Session(
            self.server.openrosa_url,
            credential,
            self,
            allow_private=self.server.allow_private,
        )

    def form_list(self) -> tuple[FormListEntry, ...]:
        """Return the deployed forms that the account may add submissions to."""
        return self._session.ask(Call(target=FORM_LIST, accept=XML), _read_form_list)

    def form_xml(self, url_or_uid: str) -> bytes:
        """Return the XForm of an asset uid, or of a `download_url` of the form list.

        Raises NotReachable if the list has no such form, HostRefused for a URL elsewhere.
        """
        url = url_or_uid if "/" in url_or_uid else self._download_url(url_or_uid)
        target = self._session.origin.target(url, seen_from=FORM_LIST)
        return self._session.ask(Call(target=target, accept=XML), _read_xml)

    def submit(
        self, xml: bytes, attachments: Mapping[str, bytes] | None = None
    ) -> SubmissionReceipt:
        """Send a filled-in form with its attachments, by file name.

        Raises SubmissionRefused, whose status says why.
        """
        files = {"xml_submission_file": ("submission.xml", xml, XML)}
        for name, content in (attachments or {}).items():
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            files[name] = (name, content, kind)
        call = Call(method="POST", target=SUBMISSION, files=files, accept=XML)
        return self._session.ask(call, _read_receipt)

    def _download_url(self, form_id: str) -> str:
        for entry in self.form_list():
            if entry.form_id == form_id:
                return entry.download_url
        raise NotReachable("The account is not offered this form.", path=FORM_LIST)


def _read_form_list(answer: Answer) -> tuple[FormListEntry, ...]:
    return tuple(
        FormListEntry(
            form_id=_text(form, "formID"),
            name=_text(form, "name"),
            version=_text(form, "version"),
            hash=_text(form, "hash"),
            download_url=_text(form, "downloadUrl"),
            manifest_url=_text(form, "manifestUrl") or None,
        )
        for form in _root(answer).iterfind("{*}xform")
    )


def _text(form: Element, name: str) -> str:
    return (form.findtext(f"{{*}}{name}") or "").strip()


def _read_xml(answer: Answer) -> bytes:
    _root(answer)
    return answer.body


def _root(answer: Answer) -> Element:
    accept(answer)
    try:
        root: Element = fromstring(answer.body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):  # defusedxml's refusals are ValueErrors
        raise unreadable(answer) from None
    return root


def _read_receipt(answer: Answer) -> SubmissionReceipt:
    if answer.status in {201, 202}:
        return SubmissionReceipt(answer.status)
    if answer.status == 401:
        raise TokenRefused(status=401, path=answer.path)
    if 200 <= answer.status < 300:
        raise unreadable(answer)
    raise SubmissionRefused(status=answer.status, path=answer.path)
