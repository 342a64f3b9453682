"""What a table's rows depend on besides their reports: the code that makes them, and the seeds that it reads."""

import ast
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

import pipelines
import warehouse
from pipelines import seeds

PIPELINES = Path(pipelines.__file__).parent
WAREHOUSE = Path(warehouse.__file__).parent

READER = re.compile(r"^pipelines\.([\w.]+):\w+$")  # what `formats.guard` imports only in a process of its own

COMPARING = (
    "verdict_rules.yaml",
    "equivalences.csv",
    "scopes.csv",
    "area_successions.csv",
    "indicators.csv",
    "areas.csv",
)
# the seeds that each module reads; a change in them makes its rows anew
SEEDS_READ = {
    "reports": (
        "limits.yaml",
        "areas.csv",
        *(f"lexicon/{name}_marks.csv" for name in ("heading", "page", "report", "text", "web")),
        "lexicon/common_characters.csv",
    ),
    # of what `pipelines.lexicon` loads, only some is asked for
    "passages": tuple(
        f"lexicon/{name}.csv"
        for name in ("bounds", "cues", "heading_marks", "modality", "page_marks", "periods", "sections", "slips")
    ),
    "statements": ("lexicon", "indicators.csv", "areas.csv"),
    "observations": (),
    "no_targets": ("lexicon", "indicators.csv", "areas.csv"),
    "terms": ("terms",),
    "consistency": ("consistency_rules.yaml", "indicators.csv", "areas.csv"),
    "emphasis": ("areas.csv",),
    "comparison": COMPARING,
    "final_figures": COMPARING,
}


def imported(module: str) -> set[str]:
    """The modules of `pipelines` that a module of it imports, or names as a guarded reader, and theirs, and itself."""
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in named(source(name)) if file_of(other).is_file()]
    return found


@lru_cache(1000)  # most modules import the same ones
def named(text: bytes) -> list[str]:
    """What a source imports from `pipelines`, modules and what they hold, or names as a guarded reader."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += READER.findall(node.value)
        if not isinstance(node, ast.ImportFrom):
            continue
        package, _, within = (node.module or "").partition(".")
        if package == "pipelines":
            names = [f"{within}.{alias.name}".removeprefix(".") for alias in node.names]
            found += [name for name in (within, *names) if name]
    return found


def file_of(module: str) -> Path:
    """Where a module or package of `pipelines` stands."""
    path = PIPELINES.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def source(module: str) -> bytes:
    """The source of a module of `pipelines`."""
    return file_of(module).read_bytes()


@cache
def code_version(module: str) -> str:
    """A hash of a module's source, of those of `pipelines` that it imports, and of the seeds that it reads."""
    result = hashlib.sha256(seeds.digest(*SEEDS_READ[module]).encode())
    for name in sorted(imported(module)):
        result.update(source(name))
    return result.hexdigest()[:16]


@cache
def published_version() -> str:
    """A hash of all code that the published database comes from, with the marts' queries."""
    result = hashlib.sha256("".join(map(code_version, SEEDS_READ)).encode())
    for path in sorted(WAREHOUSE.rglob("*")):
        if (
            path.suffix in (".py", ".sql") and WAREHOUSE / "pages" not in path.parents
        ):  # which only show what is published
            result.update(path.read_bytes())
    return result.hexdigest()[:16]


def look_again() -> None:
    """Forget all versions: a process that lives on sees by the next ones what was edited meanwhile."""
    code_version.cache_clear()
    published_version.cache_clear()
