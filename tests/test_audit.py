"""What the audit of dependencies makes of pip-audit's findings."""

from tests.audit import judged

SAFE = {"name": "safe", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}


def test_a_vulnerability_fails_and_is_named_with_what_to_do() -> None:
    flaw = {"id": "GHSA-0000", "fix_versions": ["1.2", "2.0"]}
    well, words = judged([SAFE, {"name": "old", "version": "1.1", "vulns": [flaw]}])
    assert not well
    assert "old 1.1: GHSA-0000, mended in 1.2, 2.0" in words and "make lock" in words


def test_what_was_not_audited_is_not_said_to_be() -> None:
    assert judged([SAFE, UNKNOWN]) == (True, "1 of 2 dependencies audited, none with a known vulnerability")
    assert judged([UNKNOWN, UNKNOWN])[1] == "NOTHING WAS AUDITED, no vulnerability could be looked for: not found"
