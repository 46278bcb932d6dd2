"""Three things open a sealed value: the rows, the outer key, and a holder's private key."""

import secrets
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from vault.core.seal import (
    ENTRY,
    NONCE,
    NotAHolder,
    OuterKey,
    PageSealer,
    RecordErased,
    Tampered,
    fingerprint,
    open_value,
    rewrap,
)

ROUND = 7
ONE, OTHER, PAGE, OTHER_PAGE = (UUID(int=number) for number in range(1, 5))
OUTER = OuterKey.of(secrets.token_bytes(32))
NEW_OUTER = OuterKey.of(secrets.token_bytes(32))
FOCAL_POINT, DEPUTY, STRANGER = (X25519PrivateKey.generate() for _ in range(3))
HOLDERS = {fingerprint(key.public_key()): key.public_key() for key in (FOCAL_POINT, DEPUTY)}
ANSWERS = {"who/name": "Айсулуу Example", "who/phone": "0555 000 000"}


def sealer(wrap_id=PAGE, round_id=ROUND) -> PageSealer:
    return PageSealer(round_id=round_id, wrap_id=wrap_id, holders=HOLDERS)


def sealed_page(wrap_id=PAGE, round_id=ROUND):
    """Two records with the same answers: their ciphertexts, and the page's keys."""
    page = sealer(wrap_id, round_id)
    return page.seal(ONE, ANSWERS), page.seal(OTHER, ANSWERS), page.wraps(OUTER, [ONE, OTHER])


SEALED, OTHER_SEALED, WRAPS = sealed_page()


def read(ciphertext=SEALED["who/name"], wraps=WRAPS, **changes) -> str:
    given = {"record_id": ONE, "path": "who/name", "outer_key": OUTER, "private_key": FOCAL_POINT}
    return open_value(ciphertext, wraps, **given | changes)


def flipped(blob: bytes, bit: int) -> bytes:
    changed = bytearray(blob)
    changed[bit // 8 % len(blob)] ^= 1 << bit % 8
    return bytes(changed)


def with_entries(entries: bytes):
    """The page as someone would write it who holds the outer key and changes what it locks."""
    nonce = secrets.token_bytes(NONCE)
    context = b"%d\x1f%s" % (ROUND, PAGE.bytes)
    return replace(WRAPS, outer=nonce + AESGCM(OUTER.secret).encrypt(nonce, entries, context))


def entries() -> bytes:
    context = b"%d\x1f%s" % (ROUND, PAGE.bytes)
    return AESGCM(OUTER.secret).decrypt(WRAPS.outer[:NONCE], WRAPS.outer[NONCE:], context)


bits = st.integers(min_value=0, max_value=8 * 4096 - 1)


@given(st.dictionaries(st.text(), st.text(), min_size=1), st.sampled_from([FOCAL_POINT, DEPUTY]))
def test_either_holder_reads_what_was_sealed(answers, holder):
    page = sealer()
    page.seal(OTHER, ANSWERS)
    sealed = page.seal(ONE, answers)
    wraps = page.wraps(OUTER, [ONE, OTHER])

    opened = {
        path: read(each, wraps, path=path, private_key=holder) for path, each in sealed.items()
    }

    assert opened == answers


def test_a_value_sealed_twice_never_looks_the_same():
    again = sealer().seal(ONE, {"a": "yes", "b": "yes"})

    assert len({*again.values(), *sealer().seal(ONE, {"a": "yes", "b": "yes"}).values()}) == 4
    assert len({each[:NONCE] for each in again.values()}) == 2


@given(bits)
def test_a_flipped_bit_of_the_value_is_noticed(bit):
    with pytest.raises(Tampered):
        read(flipped(SEALED["who/name"], bit))


@given(bits)
def test_a_flipped_bit_of_the_outer_lock_is_noticed(bit):
    with pytest.raises(Tampered):
        read(wraps=replace(WRAPS, outer=flipped(WRAPS.outer, bit)))


@given(bits)
def test_a_flipped_bit_of_the_page_key_is_noticed(bit):
    name = fingerprint(FOCAL_POINT.public_key())
    changed = WRAPS.page_keys | {name: flipped(WRAPS.page_keys[name], bit)}

    with pytest.raises(Tampered):
        read(wraps=replace(WRAPS, page_keys=changed))


@given(bits)
def test_a_flipped_bit_of_a_record_key_is_noticed_though_the_outer_lock_is_right(bit):
    whole = entries()
    changed = whole[:16] + flipped(whole[16:ENTRY], bit) + whole[ENTRY:]

    with pytest.raises(Tampered):
        read(wraps=with_entries(changed))


@pytest.mark.parametrize("blob", [b"", b"short", bytes(NONCE)], ids=["empty", "short", "nonce"])
def test_what_is_too_short_to_be_sealed_is_noticed(blob):
    with pytest.raises(Tampered):
        read(blob)
    with pytest.raises(Tampered):
        read(wraps=replace(WRAPS, outer=blob))
    with pytest.raises(Tampered):
        read(wraps=replace(WRAPS, page_keys=dict.fromkeys(HOLDERS, blob)))


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param({"ciphertext": OTHER_SEALED["who/name"]}, id="another record's value"),
        pytest.param({"ciphertext": SEALED["who/phone"]}, id="another question's value"),
        pytest.param({"path": "who/phone"}, id="another path"),
        pytest.param({"record_id": OTHER}, id="another record"),
        pytest.param({"wraps": replace(WRAPS, round_id=8)}, id="another round"),
        pytest.param({"wraps": replace(WRAPS, wrap_id=OTHER_PAGE)}, id="another page's row"),
        pytest.param({"wraps": sealed_page()[2]}, id="another page's keys"),
        pytest.param({"outer_key": NEW_OUTER}, id="another outer key"),
    ],
)
def test_what_was_not_sealed_together_does_not_open(elsewhere):
    with pytest.raises(Tampered):
        read(**elsewhere)


def test_two_records_do_not_swap_their_keys():
    whole = entries()
    swapped = whole[:16] + whole[ENTRY + 16 :] + whole[ENTRY : ENTRY + 16] + whole[16:ENTRY]

    with pytest.raises(Tampered):
        read(wraps=with_entries(swapped))


def test_page_keys_of_the_two_holders_do_not_swap():
    one, other = WRAPS.page_keys.items()
    swapped = {one[0]: other[1], other[0]: one[1]}

    with pytest.raises(Tampered):
        read(wraps=replace(WRAPS, page_keys=swapped))


def test_the_rows_and_the_outer_key_alone_open_nothing():
    whole = entries()
    for start in range(0, len(whole), ENTRY):
        inner = whole[start + 16 : start + ENTRY]
        context = b"%d\x1f%s" % (ROUND, PAGE.bytes) + whole[start : start + 16]
        with pytest.raises(InvalidTag):
            AESGCM(OUTER.secret).decrypt(inner[:NONCE], inner[NONCE:], context)

    with pytest.raises(NotAHolder):
        read(private_key=STRANGER)


def test_a_page_key_put_under_a_strangers_name_does_not_open():
    taken = WRAPS.page_keys[fingerprint(FOCAL_POINT.public_key())]
    forged = WRAPS.page_keys | {fingerprint(STRANGER.public_key()): taken}

    with pytest.raises(Tampered):
        read(wraps=replace(WRAPS, page_keys=forged), private_key=STRANGER)


def test_an_erased_record_opens_no_more_and_its_neighbour_does():
    after = rewrap(WRAPS, outer_key=OUTER, new_outer_key=NEW_OUTER, erase=frozenset({ONE}))

    with pytest.raises(RecordErased, match=str(ONE)):
        read(wraps=after, outer_key=NEW_OUTER)
    neighbour = read(OTHER_SEALED["who/name"], after, record_id=OTHER, outer_key=NEW_OUTER)
    assert neighbour == ANSWERS["who/name"]
    assert after.outer_key_id == NEW_OUTER.key_id != OUTER.key_id


def test_an_older_copy_of_the_keys_does_not_open_with_the_new_outer_key():
    older = replace(WRAPS, outer_key_id=NEW_OUTER.key_id)

    with pytest.raises(Tampered):
        read(wraps=older, outer_key=NEW_OUTER)


def test_a_page_is_not_rewrapped_with_a_wrong_key():
    with pytest.raises(Tampered):
        rewrap(WRAPS, outer_key=NEW_OUTER, new_outer_key=OUTER, erase=frozenset())


def test_an_outer_key_has_32_bytes_and_does_not_show_them():
    with pytest.raises(ValueError, match="32 bytes"):
        OuterKey.of(b"short")

    assert repr(OUTER) == f"OuterKey({OUTER.key_id})"
    assert OUTER.secret.hex() not in repr(OUTER)


def test_a_record_that_was_not_stored_has_no_key_in_the_page():
    page = sealer()
    page.seal(ONE, ANSWERS)
    sealed = page.seal(OTHER, ANSWERS)

    wraps = page.wraps(OUTER, [ONE])

    with pytest.raises(RecordErased):
        read(sealed["who/name"], wraps, record_id=OTHER)
