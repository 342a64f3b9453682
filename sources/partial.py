"""A file that is being fetched: what has come of it, and what is needed to go on."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Partial:
    """A file that has come in part, kept beside a note of what is needed to go on with it."""

    path: Path
    validator: str | None = None  # of these very bytes; None where the server gives none
    total: int | None = None  # bytes
    note: Path = field(init=False)

    def __post_init__(self) -> None:
        """Name the note after the file."""
        self.note = self.path.with_suffix(".json")

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def recall(self, address: str) -> int:
        """Bytes of this address that can be gone on with; nothing else is left."""
        try:
            note = json.loads(self.note.read_bytes())
            validator, total = note["validator"], note["total"]
            sound = note["address"] == address and isinstance(validator, str) and isinstance(total, int | None)
            if sound and self.size > 0 and (total is None or self.size < total):
                self.validator, self.total = validator, total
                return self.size
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self.drop()
        return 0

    def begin(self, address: str, validator: str | None, total: int | None) -> None:
        """Forget what was there, and note what comes."""
        self.drop()
        self.validator, self.total = validator, total
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.note.write_text(json.dumps({"address": address, "validator": validator, "total": total}))

    def drop(self) -> None:
        """Remove all of it."""
        self.validator = self.total = None
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
