"""The log's keys and origin from the command line."""

import stat
from datetime import UTC, datetime, timedelta

from ledger.proof.key_files import read_signers
from ledger.proof.keys import Verifier
from tests.cli.running import Shell

ORIGIN = "log.example/office"


def made(ledger: Shell) -> str:
    """A ledger with its first key, whose vkey this is."""
    assert ledger("create", "--origin", ORIGIN).code == 0
    ran = ledger("keys", "create")
    assert ran.code == 0, ran.err
    return ran.out.strip()


def day(distance: int) -> str:
    """So many days from now."""
    return str((datetime.now(UTC) + timedelta(days=distance)).date())


def forget(ledger: Shell) -> None:
    """The signer remembers more events than there are."""
    memory = ledger.database.with_name("ledger.db.signer")
    memory.write_text(f"{ORIGIN}\n999\n{'A' * 43}=\n", encoding="utf-8")


def test_a_key_is_made_beside_the_ledger_and_shown(ledger: Shell) -> None:
    vkey = made(ledger)
    file = ledger.database.with_name("ledger.db.key")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Verifier.parse(vkey).name == ORIGIN
    assert [signer.verifier.vkey for signer in read_signers(file)] == [vkey]
    assert ledger("keys", "show").out == f"{vkey}\n"


def test_a_key_is_made_where_it_is_told_and_founds_a_ledger_for_it(ledger: Shell) -> None:
    file = ledger.directory / "elsewhere"
    ran = ledger("keys", "create", LEDGER_KEY=str(file))
    assert ran.code == 0
    assert str(file) in ran.err
    assert not ledger.database.with_name("ledger.db.key").exists()
    assert ledger("keys", "show", LEDGER_KEY=str(file)).out == ran.out


def test_there_is_one_first_key(ledger: Shell) -> None:
    vkey = made(ledger)
    assert "ledger.db.key" in ledger.fails(2, "keys", "create")
    assert ledger("keys", "show").out == f"{vkey}\n"


def test_keys_that_are_not_there_or_open_are_not_shown(ledger: Shell) -> None:
    ledger.fails(2, "keys", "show")
    made(ledger)
    file = ledger.database.with_name("ledger.db.key")
    file.chmod(0o644)
    assert "chmod 600" in ledger.fails(2, "keys", "show")
    file.unlink()
    assert "ledger.db.key" in ledger.fails(2, "keys", "show")


def test_a_key_is_changed_from_today_on(ledger: Shell) -> None:
    vkey = made(ledger)
    changed = ledger("keys", "change", "--until", day(30))
    assert changed.code == 0, changed.err
    assert ledger("keys", "show").out == f"{vkey}\n{changed.out}"
    assert Verifier.parse(changed.out.strip()).name == ORIGIN
    auditor = ledger.grant("auditor", "--role", "auditor")
    assert changed.out.strip() in ledger("export", token=auditor).out


def test_a_key_is_not_changed_until_a_day_that_is_none_or_past(ledger: Shell) -> None:
    vkey = made(ledger)
    for until in ("2026-02-30", "tomorrow", "2026-1-1"):
        assert "2026-12-31" in ledger.fails(2, "keys", "change", "--until", until)
    assert "invalid" in ledger.fails(1, "keys", "change", "--until", day(-2))
    assert ledger("keys", "change").code == 2
    assert ledger("keys", "show").out == f"{vkey}\n"


def test_keys_are_for_who_may_grant(ledger: Shell) -> None:
    made(ledger)
    token = ledger.grant("organiser", "--role", "organiser")
    admin = ledger.grant("admin", "--role", "admin")
    assert ledger.fails(1, "keys", "change", "--until", "2999-12-31", token=token).startswith("forbidden: ")
    assert ledger("keys", "change", "--until", "2999-12-31", token=admin).code == 0


def test_an_origin_is_declared_only_after_a_loss(ledger: Shell) -> None:
    vkey = made(ledger)
    declare = ("declare-origin", "--origin", "log.example/next", "--why", "磁盘损坏")
    assert ledger.fails(1, *declare).startswith("not-diverged: ")
    forget(ledger)
    assert ledger.fails(1, "access", "grant", "auditor", "--role", "auditor").startswith("log-diverged: ")
    ran = ledger(*declare)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "log.example/next was declared at position 2; hand out its vkey: ledger keys show\n"
    first, second = ledger("keys", "show").out.splitlines()
    assert (first, Verifier.parse(second).name) == (vkey, "log.example/next")
    assert ledger.fails(1, *declare).startswith("not-diverged: ")
    assert ledger("access", "grant", "auditor", "--role", "auditor").code == 0


def test_a_refused_origin_leaves_the_ledger_as_it_was(ledger: Shell) -> None:
    vkey = made(ledger)
    forget(ledger)
    for origin in (ORIGIN, "two words", "a+b", ""):
        assert "invalid" in ledger.fails(1, "declare-origin", "--origin", origin, "--why", "磁盘损坏")
        assert ledger.fails(1, "access", "grant", "auditor", "--role", "auditor").startswith("log-diverged: ")
    assert ledger("keys", "show").out == f"{vkey}\n"


def test_an_empty_ledger_whose_log_was_signed_is_not_begun_anew(ledger: Shell) -> None:
    made(ledger)
    forget(ledger)
    for beside in ("", "-wal", "-shm"):
        ledger.database.with_name(f"ledger.db{beside}").unlink(missing_ok=True)
    assert ledger.fails(1, "create", "--origin", ORIGIN).startswith("log-diverged: ")
    said = ledger.fails(2, "declare-origin", "--origin", "log.example/next", "--why", "磁盘损坏")
    assert "backup" in said
