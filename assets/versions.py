"""What a table's rows depend on besides their reports: the code that makes them, and the seeds that it reads."""

import ast
import hashlib
from functools import cache
from pathlib import Path

import pipelines
from pipelines import seeds

PIPELINES = Path(pipelines.__file__).parent

# the seeds that each module reads; a change in them makes its rows anew
SEEDS_READ = {
    "reports": (),
    "passages": ("lexicon",),
    "statements": ("lexicon", "indicators.csv", "areas.csv"),
    "observations": ("lexicon", "indicators.csv", "areas.csv"),
    "comparison": ("verdict_rules.yaml", "indicators.csv", "areas.csv"),
}


def imported(module: str) -> set[str]:
    """The modules of `pipelines` that a module of it imports, and theirs, and itself."""
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for node in ast.walk(ast.parse((PIPELINES / f"{name}.py").read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module == "pipelines":
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipelines."):
                waiting.append((node.module or "").partition(".")[2])
    return found


@cache
def code_version(module: str) -> str:
    """A hash of a module's source, of those of `pipelines` that it imports, and of the seeds that it reads."""
    result = hashlib.sha256(seeds.digest(*SEEDS_READ[module]).encode())
    for name in sorted(imported(module)):
        result.update((PIPELINES / f"{name}.py").read_bytes())
    return result.hexdigest()[:16]
