"""Policies: the form of the specification and nothing else, and what makes a quorum."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.checkpoint import Checkpoint, SignedCheckpoint
from ledger.proof.encoding import BadForm, Unproven
from ledger.proof.keys import COSIGNATURE, ED25519, Signer
from ledger.proof.note import Note, Signature
from ledger.proof.policy import Group, Policy

LOG = Signer("example.com/log", ED25519, bytes(32))
OTHER = Signer("example.com/other", ED25519, b"o" * 32)
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
WITNESSES = {name: Signer(f"witness.example/{name}", COSIGNATURE, name.encode() * 16) for name in NAMES}
KEYS = {name: signer.verifier.vkey for name, signer in WITNESSES.items()}
EXAMPLE = f"""
log {LOG.verifier.vkey}

witness X1 {KEYS["X1"]}
witness X2 {KEYS["X2"]} https://witness.example/X2
 \twitness\tX3   {KEYS["X3"]}\t
group X-witnesses 2 X1 X2 X3

# the others
  # too
witness Y1 {KEYS["Y1"]}
witness Y2 {KEYS["Y2"]}
witness Y3 {KEYS["Y3"]}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
""".encode()
POLICY = Policy.parse(EXAMPLE)
NOTE = Note(Checkpoint("example.com/log", 5, bytes(32)).text).signed(LOG)


def cosigned(*names: str) -> SignedCheckpoint:
    note = NOTE
    for number, name in enumerate(names):
        note = note.signed(WITNESSES[name], moment=1_700_000_000 + number)
    return SignedCheckpoint.parse(note.to_bytes())


def test_the_example_of_the_specification_is_read() -> None:
    assert [known.verifier for known in POLICY.logs] == [LOG.verifier]
    assert list(POLICY.witnesses) == [name.encode() for name in NAMES]
    assert POLICY.witnesses[b"X2"].url == "https://witness.example/X2"
    assert POLICY.witnesses[b"X3"].url is None
    assert POLICY.groups[b"X-and-Y"] == Group(2, (b"X-witnesses", b"Y-witnesses"))
    assert POLICY.quorum == b"X-and-Y"


@pytest.mark.parametrize("names", [made for n in range(len(NAMES) + 1) for made in combinations(NAMES, n)])
def test_its_quorum_is_two_of_x_and_one_of_y(names: tuple[str, ...]) -> None:
    groups = [name[0] for name in names]
    if groups.count("X") >= 2 and groups.count("Y") >= 1:
        found = POLICY.verify(cosigned(*names))
        assert [by.verifier for by in found] == [WITNESSES[name].verifier for name in names]
        assert [by.moment for by in found] == [1_700_000_000 + number for number in range(len(names))]
    else:
        with pytest.raises(Unproven, match="quorum"):
            POLICY.verify(cosigned(*names))


def test_one_witness_counts_once() -> None:
    with pytest.raises(Unproven):
        POLICY.verify(cosigned("X1", "X1", "Y1"))


def test_a_wrong_cosignature_of_a_witness_spoils_the_checkpoint() -> None:
    good = cosigned("X1", "X2", "Y1").note
    bad = good.joined([Signature(WITNESSES["Y2"].name, WITNESSES["Y2"].verifier.id, bytes(72))])
    with pytest.raises(Unproven, match="wrong"):
        POLICY.verify(SignedCheckpoint.parse(bad.to_bytes()))


def test_a_checkpoint_is_signed_by_a_log_of_the_policy() -> None:
    none = Policy.parse(f"log {OTHER.verifier.vkey}\nquorum none\n".encode())
    with pytest.raises(Unproven):
        none.verify(cosigned("X1"))
    with pytest.raises(Unproven):  # keys known from elsewhere count only where the policy names no log
        none.verify(cosigned("X1"), [LOG.verifier])
    assert Policy.parse(b"quorum none\n").verify(cosigned("X1"), [LOG.verifier]) == ()
    with pytest.raises(Unproven):
        Policy.parse(b"quorum none\n").verify(cosigned("X1"))


def test_a_single_witness_may_be_the_quorum() -> None:
    policy = Policy.parse(f"log {LOG.verifier.vkey}\nwitness none-but-him {KEYS['X1']}\nquorum none-but-him\n".encode())
    assert len(policy.verify(cosigned("X1"))) == 1
    with pytest.raises(Unproven):
        policy.verify(cosigned("X2"))


def test_names_are_bytes() -> None:
    kelvin = f"witness K {KEYS['X1']}\nwitness \u212a {KEYS['X2']}\nwitness ".encode() + b"\xff " + KEYS["X3"].encode()
    policy = Policy.parse(kelvin + b"\nquorum \xff\n")
    assert list(policy.witnesses) == [b"K", "\u212a".encode(), b"\xff"]


def refused(line: str) -> bytes:
    """The example with a line more before its quorum."""
    return EXAMPLE.replace(b"quorum X-and-Y\n", line.encode("latin-1") + b"\nquorum X-and-Y\n")


NEW = Signer("witness.example/new", COSIGNATURE, b"n" * 32).verifier.vkey


NOT_POLICIES = [
    b"",
    b"\n",
    EXAMPLE[:-1],
    EXAMPLE.replace(b"quorum X-and-Y\n", b""),
    EXAMPLE.replace(b"quorum X-and-Y", b"quorum"),
    EXAMPLE.replace(b"quorum X-and-Y", b"quorum X-and-Y X1"),
    EXAMPLE.replace(b"quorum X-and-Y", b"quorum unknown"),
    EXAMPLE.replace(b"quorum X-and-Y", b"Quorum X-and-Y"),
    EXAMPLE + b"quorum X1\n",
    b"quorum X-and-Y\n" + EXAMPLE.replace(b"quorum X-and-Y\n", b""),
    EXAMPLE.replace(b"\n", b"\r\n"),
    EXAMPLE.replace(b"others", b"oth\x00ers"),
    EXAMPLE.replace(b"others", b"oth\x7fers"),
    EXAMPLE.replace(b"group X-witnesses 2", b"group X-witnesses 0"),
    EXAMPLE.replace(b"group X-witnesses 2", b"group X-witnesses 4"),
    EXAMPLE.replace(b"group X-witnesses 2", b"group X-witnesses 02"),
    EXAMPLE.replace(b"group X-witnesses 2", b"group X-witnesses +2"),
    EXAMPLE.replace(b"group X-witnesses 2", b"group X-witnesses some"),
    refused("unknown line"),
    refused("log"),
    refused(f"log {LOG.verifier.vkey}"),
    refused(f"log {LOG.verifier.vkey.replace('log', 'lag')}"),
    refused(f"log {OTHER.verifier.vkey} https://a https://b"),
    refused(f"log {NEW}"),
    refused("witness Z"),
    refused(f"witness {NEW}"),
    refused(f"witness X1 {NEW}"),
    refused(f"witness X-witnesses {NEW}"),
    refused(f"witness none {NEW}"),
    refused(f"witness Z {KEYS['X1']}"),
    refused(f"witness Z {OTHER.verifier.vkey}"),
    refused(f"witness Z {NEW} https://a https://b"),
    refused(f"witness Z {NEW[:-1]}"),
    refused(f"witness Z \xff{NEW}"),
    refused("group"),
    refused("group Z"),
    refused("group Z any"),
    refused("group X1 any Z"),
    refused("group Z any Z"),
    refused("group Z any none"),
    refused("group Z any unknown"),
    refused("group Z any X1"),
    refused(f"witness W {NEW}\ngroup Z any W W"),
]


@pytest.mark.parametrize("octets", NOT_POLICIES)
def test_what_is_not_a_policy_is_refused(octets: bytes) -> None:
    with pytest.raises(BadForm):
        Policy.parse(octets)


@given(st.integers(1, 6), st.sets(st.sampled_from(NAMES)))
def test_a_threshold_counts_members(threshold: int, names: set[str]) -> None:
    lines = "".join(f"witness {name} {KEYS[name]}\n" for name in NAMES)
    policy = Policy.parse(f"{lines}group all-of-them {threshold} {' '.join(NAMES)}\nquorum all-of-them\n".encode())
    assert policy.satisfied({WITNESSES[name].verifier for name in names}) == (len(names) >= threshold)
