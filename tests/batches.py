"""Functions that tests give to engines, in a module that other processes find."""

import os
import signal
import time
from pathlib import Path

import polars as pl

from pipelines import seeds, terms

FRAME = pl.DataFrame({"report_id": [f"140200/{year}" for year in range(2001, 2021)], "value": range(20)})
NAMES = FRAME["report_id"].to_list()


def doubled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("value") * 2)


def fails_at_three(frame: pl.DataFrame) -> pl.DataFrame:
    if 3 in frame["value"]:
        raise ValueError("three\x1b[0m")
    return frame


def ends_at_three(frame: pl.DataFrame) -> pl.DataFrame:
    if 3 in frame["value"]:
        os._exit(1)
    return frame


def ends_once(frame: pl.DataFrame, mark: pl.DataFrame) -> pl.DataFrame:
    path = Path(mark["path"][0]) if mark.height else None
    if path and not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return frame


def wrong_seeds(frame: pl.DataFrame) -> pl.DataFrame:
    raise seeds.SeedError("lexicon/x.csv, line 3: wrong")


def process_of(frame: pl.DataFrame) -> int:
    time.sleep(0.05)
    return os.getpid()


def slow_terms(frame: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    Path(marks["folder"][0], f"at-work-{os.getpid()}").touch()
    time.sleep(0.3)
    return terms.terms(frame)
