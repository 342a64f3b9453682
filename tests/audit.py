"""Known vulnerabilities of the locked dependencies: `make check` fails where there is one.

Where the database of vulnerabilities cannot be reached, it says so and lets the check go on.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
AUDIT = (Path(sys.executable).with_name("pip-audit"), "--require-hashes", "--disable-pip", "--progress-spinner=off")


def judged(dependencies: list[dict[str, Any]]) -> tuple[bool, str]:
    """Whether all is well with some dependencies, as pip-audit's JSON lists them, and what to say of them."""
    wrong = [
        f"{found['name']} {found['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version'}"
        for found in dependencies
        for flaw in found.get("vulns", ())
    ]
    if wrong:
        return False, "\n".join([*wrong, "Raise these in pyproject.toml, then `make lock`."])
    audited = sum("vulns" in found for found in dependencies)
    if not audited:
        why = next((found["skip_reason"] for found in dependencies if found.get("skip_reason")), "no reason given")
        return True, f"NOTHING WAS AUDITED, no vulnerability could be looked for: {why}"
    return True, f"{audited} of {len(dependencies)} dependencies audited, none with a known vulnerability"


def main() -> int:
    """Audit the lock file."""
    done = subprocess.run([*AUDIT, "-f", "json", "-r", LOCK], capture_output=True, text=True, check=False)
    try:
        well, words = judged(json.loads(done.stdout)["dependencies"])
    except ValueError:
        last = done.stderr.strip().rpartition("\n")[2]
        well, words = True, f"NOTHING WAS AUDITED, the database of vulnerabilities cannot be reached: {last}"
    print(words)
    return 0 if well else 1


if __name__ == "__main__":
    raise SystemExit(main())
