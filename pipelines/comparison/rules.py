"""What a user can set of the verdicts: `seeds/verdict_rules.yaml`, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.seeds import SEEDS, SeedError
from pipelines.tables import UNITS


@dataclass(frozen=True)
class VerdictRules:
    """What a user can set of the verdicts; see `seeds/verdict_rules.yaml`.

    Attributes:
        version: named in each verdict_rule.
        absolute: unit_measure → what 左右 gives on each side, in that unit.
        relative: what it gives in every other unit, as a share of the target (0.02 is 2 %).
        read_as_value: words by which an at_most outcome is the figure itself (控制在).
        unless: bound words beside which it is not (以内).
    """

    version: str
    absolute: Mapping[str, float]
    relative: float
    read_as_value: tuple[str, ...]
    unless: tuple[str, ...]


def load_rules(path: Path = SEEDS / "verdict_rules.yaml") -> VerdictRules:
    """Read and check the rules file.

    Raises:
        SeedError: it is not YAML, or a key is missing, unknown or holds what it must not; names file and key.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SeedError(f"{path}: not readable as YAML in UTF-8: {error}") from error
    top = _section(path, "", content, "version", "about", "outcome_read_as_value")
    about = _section(path, "about", top["about"], "absolute", "relative")
    words = _section(path, "outcome_read_as_value", top["outcome_read_as_value"], "words", "unless")
    version = top["version"]
    if not isinstance(version, str) or not version.strip():
        raise SeedError(f'{path}: version is {version!r}; it must be a text in quotes, such as "2"')
    if not isinstance(about["absolute"], dict):
        raise SeedError(f"{path}: about.absolute is {about['absolute']!r}; it must map units to numbers")
    for unit in about["absolute"]:
        if unit not in UNITS:
            raise SeedError(f"{path}: about.absolute.{unit} is no unit; units are {', '.join(UNITS)}")
    return VerdictRules(
        version=version.strip(),
        absolute={unit: _width(path, f"about.absolute.{unit}", width) for unit, width in about["absolute"].items()},
        relative=_width(path, "about.relative", about["relative"]),
        read_as_value=_words(path, "outcome_read_as_value.words", words["words"]),
        unless=_words(path, "outcome_read_as_value.unless", words["unless"]),
    )


def _section(path: Path, key: str, content: Any, *names: str) -> dict[str, Any]:
    """The mapping at a key of the rules file, with exactly these names."""
    if not isinstance(content, dict):
        raise SeedError(f"{path}: {key or 'the file'} must hold the keys {', '.join(names)}")
    prefix = f"{key}." if key else ""
    for name in names:
        if name not in content:
            raise SeedError(f"{path}: {prefix}{name} is missing")
    for name in content:
        if name not in names:
            raise SeedError(f"{path}: {prefix}{name} is unknown; the keys here are {', '.join(names)}")
    return content


def _width(path: Path, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise SeedError(f"{path}: {key} is {value!r}; it must be a number from 0")
    return float(value)


def _words(path: Path, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise SeedError(f"{path}: {key} is {value!r}; it must be a list of words")
    return tuple(value)
