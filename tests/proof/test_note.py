"""Signed notes and their keys: the published vectors, and the strict form."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.encoding import BadForm, Unproven
from ledger.proof.keys import COSIGNATURE, ED25519, Signer, Verifier
from ledger.proof.note import MOST_BYTES, MOST_SIGNATURES, Note, Signature, read_vkeys
from tests.proof.vectors import LOG, NOTES

VALID = {entry["name"]: (entry["vkey"], entry["note"].encode()) for entry in NOTES["valid"]}
OGNUNO = NOTES["key_unpublished_parse_only"][0]["note"].encode()
TEXT = "example.com/log\n7\nrQjrMyRkCdXVVUX/hbcn3bmk6I5hYvTmA1SmJiPzM1M=\n"
LOGS = Signer("example.com/log", ED25519, bytes(range(32)))
WITNESS = Signer("witness.example/w1", COSIGNATURE, bytes(range(1, 33)))


@pytest.mark.parametrize("name", VALID)
def test_published_notes_hold_and_are_written_as_they_are_read(name: str) -> None:
    vkey, octets = VALID[name]
    note, verifier = Note.parse(octets), Verifier.parse(vkey)
    assert [(found.verifier, found.moment) for found in note.verify([verifier])] == [(verifier, None)]
    assert note.to_bytes() == octets
    assert verifier.vkey == vkey


def test_a_published_note_with_an_empty_line_in_its_text() -> None:
    note = Note.parse(OGNUNO)
    assert note.text.count("\n\n") == 1
    assert [made.name for made in note.signatures] == ["quasimodo.example/salvatore"]
    assert note.to_bytes() == OGNUNO


@pytest.mark.parametrize("entry", NOTES["sign"], ids=lambda entry: entry["skey"][:30])
def test_the_published_key_signs_as_published(entry: dict[str, str]) -> None:
    signer = Signer.parse(entry["skey"])
    assert Note(entry["text"]).signed(signer).to_bytes().decode() == entry["want"]
    assert signer.skey == entry["skey"]


def test_the_published_log_is_signed_as_published() -> None:
    signer = Signer.parse(LOG["private_key_public_test_only"])
    assert signer.verifier.vkey == LOG["vkey"]
    for checkpoint in LOG["checkpoints_by_size"].values():
        text = Note.parse(checkpoint.encode()).text
        assert Note(text).signed(signer).to_bytes().decode() == checkpoint


def test_the_key_of_nothing_but_zeros() -> None:
    signer = Signer("EnochRoot", ED25519, bytes.fromhex(NOTES["enoch_root"]["seed_hex"]))
    both = VALID["go PeterNeumann + EnochRoot (unknown key ignored)"][1]
    assert [found.verifier for found in Note.parse(both).verify([signer.verifier])] == [signer.verifier]


@pytest.mark.parametrize("vkey", NOTES["bad_vkeys"])
def test_published_bad_vkeys_are_refused(vkey: str) -> None:
    with pytest.raises(BadForm):
        Verifier.parse(vkey)


NOT_VKEYS = [
    "",
    "name",
    "name+530d903a",
    LOGS.verifier.vkey.replace(LOGS.verifier.id.hex(), "00000000"),
    LOGS.verifier.vkey.replace(LOGS.verifier.id.hex(), LOGS.verifier.id.hex().upper()),
    LOGS.verifier.vkey + "\n",
    LOGS.verifier.vkey[:-1],
    LOGS.verifier.vkey.replace("example.com/log", ""),
    LOGS.verifier.vkey.replace("example.com/log", "example com/log"),
    LOGS.verifier.vkey.replace("example.com/log", "example.com\u3000log"),
    LOGS.verifier.vkey.replace("example.com/log", "example.com/other"),
    LOGS.verifier.vkey.replace("example.com/log", "\udc80"),
    LOGS.skey,
]


@pytest.mark.parametrize("vkey", NOT_VKEYS)
def test_other_bad_vkeys_are_refused(vkey: str) -> None:
    with pytest.raises(BadForm):
        Verifier.parse(vkey)


@pytest.mark.parametrize("skey", ["", LOGS.verifier.vkey, LOGS.skey[:-4], LOGS.skey.replace("log+", "lag+")])
def test_bad_signer_keys_are_refused(skey: str) -> None:
    with pytest.raises(BadForm):
        Signer.parse(skey)


@pytest.mark.parametrize("type_", [ED25519, COSIGNATURE])
def test_a_new_key_is_read_as_it_is_written(type_: int) -> None:
    signer = Signer.generate("example.com/new", type_)
    assert Signer.parse(signer.skey) == signer
    assert Verifier.parse(signer.verifier.vkey) == signer.verifier
    assert base64.b64encode(signer.seed).decode() not in repr(signer)
    with pytest.raises(BadForm):
        Signer.generate("with space", type_)


def test_the_id_of_a_key_depends_on_its_type() -> None:
    plain, timed = (Verifier("w", type_, LOGS.verifier.key) for type_ in (ED25519, COSIGNATURE))
    assert plain.id != timed.id


def test_cosignatures_bear_their_time() -> None:
    note = Note(TEXT).signed(LOGS).signed(WITNESS, moment=1_700_000_000)
    read = Note.parse(note.to_bytes())
    found = read.verify([LOGS.verifier, WITNESS.verifier])
    assert [(by.verifier, by.moment) for by in found] == [(LOGS.verifier, None), (WITNESS.verifier, 1_700_000_000)]
    line = read.signatures[1]
    assert line.signature[:8] == (1_700_000_000).to_bytes(8, "big")
    assert len(line.signature) == 72


def test_another_time_is_not_cosigned() -> None:
    line = Note(TEXT).signed(WITNESS, moment=1_700_000_000).signatures[0]
    later = Signature(line.name, line.id, (1_700_000_001).to_bytes(8, "big") + line.signature[8:])
    with pytest.raises(Unproven):
        Note(TEXT, (later,)).verify([WITNESS.verifier])


@pytest.mark.parametrize("length", [1, 64, 71, 73])
def test_a_cosignature_of_another_length_is_wrong(length: int) -> None:
    with pytest.raises(Unproven):
        Note(TEXT, (Signature(WITNESS.name, WITNESS.verifier.id, bytes(length)),)).verify([WITNESS.verifier])


def test_a_cosignature_needs_a_time_and_a_signature_has_none() -> None:
    with pytest.raises(BadForm):
        Note(TEXT).signed(WITNESS)
    with pytest.raises(BadForm):
        Note(TEXT).signed(LOGS, moment=1)
    with pytest.raises(BadForm):
        Note(TEXT).signed(WITNESS, moment=2**63)


def test_unknown_signatures_are_ignored_even_under_a_known_name_or_id() -> None:
    signed = Note(TEXT).signed(LOGS)
    lines = (Signature(LOGS.name, b"\0\0\0\0", b"x"), Signature("other", LOGS.verifier.id, b"x"))
    found = signed.joined(lines).verify([LOGS.verifier])
    assert [by.verifier for by in found] == [LOGS.verifier]
    with pytest.raises(Unproven):
        Note(TEXT, lines).verify([LOGS.verifier])
    assert Note(TEXT, lines).known([LOGS.verifier]) == ()


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    signed = Note(TEXT).signed(LOGS).joined([Signature(LOGS.name, LOGS.verifier.id, bytes(64))])
    with pytest.raises(Unproven):
        signed.verify([LOGS.verifier])


@given(st.integers(0, len(TEXT) - 2), st.characters(min_codepoint=33, max_codepoint=126))
def test_another_text_is_not_signed(at: int, sign: str) -> None:
    text = TEXT[:at] + sign + TEXT[at + 1 :]
    if text != TEXT:
        with pytest.raises(Unproven):
            Note(text, Note(TEXT).signed(LOGS).signatures).verify([LOGS.verifier])


SIGNED = Note(TEXT).signed(LOGS).to_bytes()
LINE = SIGNED.rpartition(b"\n\n")[2]


NOT_NOTES = [
    b"",
    TEXT.encode(),
    SIGNED[:-1],
    SIGNED + b"\n",
    SIGNED.replace(b"\n\n", b"\n"),
    TEXT.encode() + b"\n",
    b"\n" + LINE,
    SIGNED.replace("—".encode(), b"-"),
    SIGNED.replace("— ".encode(), "—".encode()),
    SIGNED.replace(b"log ", b"log  "),
    SIGNED.replace(LINE, "— name \n".encode()),
    SIGNED.replace(LINE, "— name AAAAAA==\n".encode()),
    SIGNED.replace(LINE, LINE[:-2] + b"\n"),
    SIGNED.replace(LINE, LINE.replace(b"example.com/log", b"a+b")),
    SIGNED.replace(b"example.com/log\n", b"example.com\tlog\n"),
    SIGNED.replace(b"example.com/log\n", b"example.com/log\r\n"),
    SIGNED.replace(b"example.com/log\n", b"\xff\n"),
    SIGNED.replace(LINE, LINE * (MOST_SIGNATURES + 1)),
    b"x" * MOST_BYTES + SIGNED,
]


@pytest.mark.parametrize("octets", NOT_NOTES)
def test_what_is_not_a_note_is_refused(octets: bytes) -> None:
    with pytest.raises(BadForm):
        Note.parse(octets)


def test_sixteen_signatures_are_read() -> None:
    signers = [Signer(f"w{number}", ED25519, bytes([number]) * 32) for number in range(MOST_SIGNATURES)]
    note = Note.parse(Note(TEXT).signed(*signers).to_bytes())
    assert len(note.verify([signer.verifier for signer in signers])) == MOST_SIGNATURES >= 16


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\udc80\n"])
def test_what_cannot_be_a_text_is_not_signed(text: str) -> None:
    with pytest.raises(BadForm):
        Note(text).signed(LOGS)


def test_a_file_of_vkeys() -> None:
    keys = (LOGS.verifier, WITNESS.verifier)
    assert read_vkeys("".join(f"{key.vkey}\n" for key in keys).encode()) == keys
    assert read_vkeys(LOGS.verifier.vkey.encode()) == keys[:1]
    for octets in (b"", b"\n", LOGS.verifier.vkey.encode() + b"\n\n", b"\xff"):
        with pytest.raises(BadForm):
            read_vkeys(octets)
