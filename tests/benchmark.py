"""Reading against segmenting: what the pure functions cost beside one warm `jieba.lcut` over the same characters.

`make benchmark`, or `python -m tests.benchmark REPORTS --reports 100 1000 10000` to see how the cost grows. One core.
Prints ratios, characters a second and the peak memory of the process; nothing here passes or fails.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"  # before Polars is imported

import jieba
from rich.console import Console
from rich.table import Table

from pipelines import observations, passages, phrases, reports, seeds, statements

STAGES = ("reports", "passages", "statements", "observations")
BATCH = 100  # reports read together, as a year's partition reads them
console = Console()


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What a call gives, and the seconds of processor time that it took."""
    start = time.process_time()
    result = work(*arguments)
    return result, time.process_time() - start


def read(files: list[reports.ReportFile]) -> tuple[dict[str, float], int, int]:
    """The seconds of each stage, the characters read, the observations found."""
    table, seconds = timed(lambda: reports.reports(files)[0])
    parts, split = timed(passages.passages, table)
    said, found = timed(statements.statements, parts)
    facts, told = timed(observations.observations, said, table)
    return (
        dict(zip(STAGES, (seconds, split, found, told), strict=True)),
        table["text"].str.len_chars().sum(),
        len(facts),
    )


def forget() -> None:
    """Empty what the grammar remembers of short runs of words, so that each run reads as if for the first time."""
    for function in vars(phrases).values():
        ours = getattr(function, "__module__", "") == phrases.__name__ and function is not phrases.segmenter
        if ours and hasattr(function, "cache_clear"):
            function.cache_clear()


def segmented(files: list[reports.ReportFile]) -> float:
    """The seconds of one warm `jieba.lcut` over the texts."""
    texts = reports.reports(files)[0]["text"].to_list()
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = jieba.Tokenizer()
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
        tokenizer.lcut(texts[0])
        return timed(lambda: [tokenizer.lcut(text) for text in texts])[1]


def megabytes() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)


def batches(files: list[reports.ReportFile], count: int) -> Iterator[list[reports.ReportFile]]:
    """`count` reports, the files over and over."""
    for start in range(0, count, BATCH):
        yield [files[at % len(files)] for at in range(start, min(start + BATCH, count))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=seeds.SEEDS / "reports")
    parser.add_argument("--repeat", type=int, default=3, help="the best of so many runs counts")
    parser.add_argument("--reports", type=int, nargs="*", default=[], help="read so many reports, and show the growth")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    jieba.setLogLevel("ERROR")
    areas = seeds.areas()["ref_area"].to_list()
    files = reports.survey(options.folder.absolute(), areas, 2100)[0]
    read(files[:1])  # the lexicon is loaded once
    runs, bases = [], []
    for _ in range(options.repeat):  # in turn, so that what else the machine does slows both
        forget()
        runs.append(read(files))
        bases.append(segmented(files))
    base = min(bases)
    _, length, found = runs[0]
    best = {stage: min(run[0][stage] for run in runs) for stage in STAGES}
    best["reports to observations"] = sum(best.values())
    shown = Table("stage", "ratio to jieba.lcut", "seconds", "characters a second", title=f"{len(files)} reports")
    for stage, seconds in [*best.items(), ("jieba.lcut, warm", base)]:
        shown.add_row(stage, f"{seconds / base:.3f}", f"{seconds:.2f}", f"{length / seconds:,.0f}")
    console.print(shown)
    console.print(f"{length:,} characters, {found:,} observations, peak memory {megabytes():.0f} MB")
    if options.reports:
        growth = Table("reports", "characters", "seconds", "characters a second", "peak memory")
        for count in sorted(options.reports):
            seconds, size = 0.0, 0
            for batch in batches(files, count):
                taken, characters, _ = read(batch)
                seconds, size = seconds + sum(taken.values()), size + characters
            growth.add_row(
                f"{count:,}", f"{size:,}", f"{seconds:.1f}", f"{size / seconds:,.0f}", f"{megabytes():.0f} MB"
            )
        console.print(growth)


if __name__ == "__main__":
    main()
