"""Spellings of one thing share a token within a round, and nothing else does."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.core.privacy import Privacy
from surveys.core.pseudonym import fingerprint, pseudonym

KEY, OTHER = b"k" * 32, b"o" * 32

PHONES = [
    "+996 555 000 123",
    "996555000123",
    "00996555000123",
    "0555 000123",
    "0555-00-01-23",
    "(0555) 000 123",
    "555000123",
    "+996(555)000123",
]


def test_a_phone_typed_in_eight_formats_is_one_token():
    """Check 30: tokens of one phone typed in 8 formats are equal; tokens of two rounds differ."""
    tokens = {pseudonym(phone, Privacy.CONTACT, key=KEY) for phone in PHONES}

    assert len(tokens) == 1
    assert tokens.isdisjoint({pseudonym(PHONES[0], Privacy.CONTACT, key=OTHER)})


@pytest.mark.parametrize("other", ["+996 555 000 124", "+7 555 000 123", "someone@example.org"])
def test_another_contact_is_another_token(other):
    assert pseudonym(other, Privacy.CONTACT, key=KEY) != pseudonym(
        PHONES[0], Privacy.CONTACT, key=KEY
    )


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (("8 903 000 00 00", Privacy.CONTACT), ("+7 903 000-00-00", Privacy.CONTACT)),
        (("AB-12 cd", Privacy.LINK), ("ab12CD", Privacy.LINK)),
        (("Алёна  Пример", Privacy.DIRECT), ("алена пример", Privacy.DIRECT)),
        (("Some.One@Example.org", Privacy.CONTACT), ("some.one@example.org", Privacy.CONTACT)),
        (("no number", Privacy.CONTACT), ("No  number!", Privacy.CONTACT)),
    ],
)
def test_spellings_of_one_thing_share_a_token(one, same):
    assert pseudonym(*one, key=KEY) == pseudonym(*same, key=KEY)


def test_kyrgyz_letters_are_kept_apart():
    assert pseudonym("өңү", Privacy.DIRECT, key=KEY) != pseudonym("ону", Privacy.DIRECT, key=KEY)


def test_one_value_in_two_classes_has_two_tokens():
    assert pseudonym("x1", Privacy.LINK, key=KEY) != pseudonym("x1", Privacy.DIRECT, key=KEY)


@given(st.text(min_size=1))
def test_no_token_is_a_digest_that_needs_no_key(value):
    """Check 31: no token equals any unkeyed digest of an identifier."""
    token = pseudonym(value, Privacy.LINK, key=KEY)

    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, value.encode("utf-8", "surrogatepass")).digest()
        assert token != base64.b32encode(digest).decode()[:20]


def test_a_token_is_the_beginning_of_the_whole_digest():
    """privacy.md 2.3: base32(HMAC-SHA-256(key, class 0x1f value)), twenty letters of it."""
    digest = hmac.new(KEY, b"link\x1fab12", "sha256").digest()

    assert pseudonym("AB-12", Privacy.LINK, key=KEY) == base64.b32encode(digest).decode()[:20]


def test_a_fingerprint_depends_on_purpose_and_key():
    made = {
        fingerprint("x", "root", key=KEY),
        fingerprint("x", "instance", key=KEY),
        fingerprint("x", "root", key=OTHER),
    }

    assert len(made) == 3
    assert all(len(each) == 64 for each in made)
