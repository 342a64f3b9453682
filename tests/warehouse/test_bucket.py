"""Partitions in an object store: a real S3 server on the loopback."""

import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from commands import app
from pipelines.tables.core import OBSERVATIONS, REPORTS
from tests.faults import state, write
from tests.frames import year_of_tables
from tests.warehouse.test_store import keep_year
from warehouse import bucket as buckets
from warehouse.bucket import Bucket, BucketError
from warehouse.store import Store

pytest.importorskip("obstore", reason="needs `pip install 'duixian[object-store]'`")
ADDRESS = "s3://house/warehouses/one"
SECRET = "a-key-that-nobody-may-read"  # noqa: S105


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket, with the keys to it in the environment."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server, "AWS_ALLOW_HTTP": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    for method, path in (("POST", "moto-api/reset"), ("PUT", "house")):
        urllib.request.urlopen(urllib.request.Request(f"{server}/{path}", method=method))  # noqa: S310
    return ADDRESS


def test_what_one_machine_keeps_another_reads(address: str, tmp_path: Path) -> None:
    here, there = (Store(tmp_path / name, Bucket(address)) for name in ("here", "there"))
    assert here.years() == [] and here.manifest("2022").current == {}
    keep_year(here)
    assert here.promote() == {}
    assert there.years() == ["2022"]
    assert there.published_hash() == here.published_hash()
    assert there.published_rows(OBSERVATIONS).equals(here.published_rows(OBSERVATIONS))
    assert not list((tmp_path / "here").rglob("manifest.json"))


def test_of_two_machines_at_once_the_later_is_refused_and_goes_on_after(address: str, tmp_path: Path) -> None:
    here, there = (Store(tmp_path / name, Bucket(address)) for name in ("here", "there"))
    keep_year(here)
    mine, theirs = here.manifest("2022"), there.manifest("2022")
    theirs.rejected = [{"path": "theirs"}]
    there.save("2022", theirs)
    with pytest.raises(BucketError, match=r"another machine has changed s3://house/warehouses/one/2022/manifest\.json"):
        here.save("2022", mine)
    assert here.manifest("2022").rejected == [{"path": "theirs"}]
    first, second = here.manifest("2023"), there.manifest("2023")
    here.save("2023", first)
    with pytest.raises(BucketError, match="run again"):
        there.save("2023", second)
    here.save("2023", first)  # the version goes on with each


def test_a_damaged_copy_is_fetched_again_and_a_damaged_object_noticed(address: str, tmp_path: Path) -> None:
    store = Store(tmp_path, Bucket(address))
    keep_year(store)
    entry = store.manifest("2022").current[REPORTS.name]
    store.path("2022", entry).write_bytes(b"damaged")
    assert store.intact("2022", entry) and store.read(REPORTS, "2022").height == 1
    (tmp_path / "damaged").write_bytes(b"damaged")
    store.path("2022", entry).unlink()
    Bucket(address).send(tmp_path / "damaged", f"2022/{entry.file}")
    assert not store.intact("2022", entry)


def test_objects_that_nothing_speaks_of_go_after_a_while(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path, Bucket(address))

    def count() -> int:
        return sum(name.endswith(".parquet") for name in Bucket(address).names())

    for area in ("140000", "330000"):
        store.write(REPORTS, "2022", year_of_tables(2022, area)[REPORTS])
    assert count() == 2  # another machine may be about to name the first
    monkeypatch.setattr(buckets, "KEPT", timedelta(0))
    store.save("2022", store.manifest("2022"))
    assert count() == 1


def test_the_whole_line_is_read_once_by_all_machines_and_writes_no_key_anywhere(address: str, tmp_path: Path) -> None:
    for year in (2021, 2022):
        write(tmp_path / "reports", "140200", year)

    def run(warehouse: str) -> str:
        command = ["run", "--reports", str(tmp_path / "reports"), "--warehouse", str(tmp_path / warehouse)]
        result = CliRunner().invoke(app, [*command, "--partitions", address])
        assert result.exit_code == 0, result.output
        return result.output

    assert "2 read, 0 unchanged" in run("here")
    assert "0 read, 2 unchanged" in run("there")
    assert state(tmp_path / "here") == state(tmp_path / "there")
    with duckdb.connect(str((tmp_path / "there" / "duixian.duckdb").resolve()), read_only=True) as found:
        assert found.execute("SELECT count(*) FROM mart.target_outcomes WHERE verdict = 'met'").fetchone() == (3,)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_what_cannot_be_reached_is_named(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BucketError, match=r"s3://nowhere/x cannot be used") as caught:
        Store(tmp_path, Bucket("s3://nowhere/x")).years()
    assert SECRET not in str(caught.value)
    with pytest.raises(BucketError, match=r"ftp://x cannot be used"):
        Bucket("ftp://x")
    command = ["run", "--warehouse", str(tmp_path), "--partitions", "s3://nowhere/x"]
    result = CliRunner().invoke(app, command, env={"COLUMNS": "300"})
    assert result.exit_code == 1 and "nothing published: s3://nowhere/x cannot be used" in result.output
