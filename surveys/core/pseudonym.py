"""Keyed fingerprints: equal things stay equal within a round, and nobody without the key
can try values against them.

The key is a round's own, so that tokens of two rounds never meet.
"""

import hmac
import re
import unicodedata

from forms.core.privacy import Privacy

LENGTH = 20  # letters, of five bits each
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32 of RFC 4648
PAIRS = tuple(one + other for one in ALPHABET for other in ALPHABET)
NOT_DIGITS = re.compile(r"\D+")
NOT_WORDS = re.compile(r"[\W_]+")


def pseudonym(value: str, privacy: Privacy, *, key: bytes) -> str:
    """Return twenty letters that are the same for spellings of one thing of one class."""
    message = f"{privacy}\x1f{normalise(value, privacy)}".encode()
    return _letters(hmac.digest(key, message, "sha256"))


def _letters(digest: bytes) -> str:
    """Return the first twenty letters of the digest's base32, two for every ten bits.

    The standard library's encoder is written in Python for any length: a tenth of a pull.
    """
    bits = int.from_bytes(digest[:13]) >> 4
    return "".join([PAIRS[bits >> shift & 1023] for shift in range(90, -1, -10)])


def fingerprint(value: str, purpose: str, *, key: bytes) -> str:
    """Return a keyed hash of an identifier of KoBo's, as it stands: 64 hexadecimal digits."""
    return hmac.digest(key, f"{purpose}\x1f{value}".encode(), "sha256").hex()


def normalise(value: str, privacy: Privacy) -> str:
    """Return what spellings of one thing share.

    Phones become E.164 (a Kyrgyz number may lack its country code or have the trunk 0);
    codes lose blanks, hyphens and case; names lose case and signs, with ё as е.
    """
    text = value if value.isascii() else unicodedata.normalize("NFC", value)
    if privacy is Privacy.CONTACT and "@" not in text:
        digits = phone_digits(text)
        if digits:
            return digits
    folded = text.casefold().replace("ё", "е")
    joined = "" if privacy is Privacy.LINK else " "
    return NOT_WORDS.sub(joined, folded).strip()


def phone_digits(text: str) -> str:
    """Return the digits of a phone number with its country code, or "" if it is none."""
    digits = NOT_DIGITS.sub("", text)
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0") and len(digits) == 10:
        digits = f"996{digits[1:]}"
    elif len(digits) == 9:
        digits = f"996{digits}"
    elif digits.startswith("8") and len(digits) == 11:
        digits = f"7{digits[1:]}"
    return digits if 9 <= len(digits) <= 15 else ""
