"""KoBo's own keys in a submission, and what becomes of each.

A key of a submission is a question of its form's version, or one of these, or unknown, and
what is unknown sets the submission aside. Ask the form first: `start` or `username` are keys of
KoBo's making only where the form has no question of that path. Nothing of `DROP` is ever
written anywhere.
"""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class KoboField(StrEnum):
    IDENTITY = "identity"  # KoboState, and nowhere else
    STATUS = "status"  # KoboState: the uid of the validation status, never who set it
    ATTACHMENTS = "attachments"  # KoboState: the uids alone; names hold an account and a uuid
    VERSION = "version"  # which version's questions these answers are to be read with
    ARRIVAL = "arrival"  # Fieldwork: when KoBo received it
    FIELDWORK = "fieldwork"  # Fieldwork: times of the interview, keyed token of the device
    ENCRYPTED = "encrypted"  # an encrypted form: recorded as such, nothing in it can be read
    DROP = "drop"


KOBO_FIELDS: Final = MappingProxyType(
    {
        "_id": KoboField.IDENTITY,
        "_uuid": KoboField.IDENTITY,
        "meta/instanceID": KoboField.IDENTITY,
        "meta/rootUuid": KoboField.IDENTITY,
        "meta/deprecatedID": KoboField.IDENTITY,
        "_validation_status": KoboField.STATUS,
        "_attachments": KoboField.ATTACHMENTS,
        "__version__": KoboField.VERSION,
        "_submission_time": KoboField.ARRIVAL,
        "start": KoboField.FIELDWORK,
        "end": KoboField.FIELDWORK,
        "deviceid": KoboField.FIELDWORK,
        "today": KoboField.DROP,
        "username": KoboField.DROP,
        "phonenumber": KoboField.DROP,
        "simserial": KoboField.DROP,
        "subscriberid": KoboField.DROP,
        "email": KoboField.DROP,
        "audit": KoboField.DROP,
        "background-audio": KoboField.DROP,
        "meta/audit": KoboField.DROP,
        "meta/background-audio": KoboField.DROP,
        "meta/instanceName": KoboField.DROP,
        "meta/entity": KoboField.DROP,
        "formhub/uuid": KoboField.DROP,
        "_xform_id_string": KoboField.DROP,
        "_bamboo_dataset_id": KoboField.DROP,
        "_status": KoboField.DROP,
        "_geolocation": KoboField.DROP,
        "_submitted_by": KoboField.DROP,
        "_notes": KoboField.DROP,
        "_tags": KoboField.DROP,
        "_supplementalDetails": KoboField.DROP,
        "base64EncryptedKey": KoboField.ENCRYPTED,
        "encryptedXmlFile": KoboField.ENCRYPTED,
        "base64EncryptedElementSignature": KoboField.ENCRYPTED,
    }
)

# What no question may be called: its answers could not be told from KoBo's own.
RESERVED_NAMES: Final = frozenset(
    {key for key in KOBO_FIELDS if key.startswith("_")} | {"meta", "formhub"}
)


def kobo_field(key: str) -> KoboField | None:
    """Return how KoBo's own key is handled, None for a key that is not KoBo's."""
    return KOBO_FIELDS.get(key)
