"""Dagster as `deploy/` runs it: on a real PostgreSQL, with its daemon and UI in processes of their own."""

import json
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from tests.faults import write

ROOT = Path(__file__).parent.parent
PASSWORD = "a-password-that-nobody-may-read"  # noqa: S105
BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
START = """mutation($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) {
  __typename ... on PythonError { message } } }"""
WHERE = {"repositoryLocationName": "duixian", "repositoryName": "__repository__"}


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    if where := shutil.which("initdb"):
        found.append(Path(where).parent)
    if not found:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql, or put its initdb into PATH")
    return found[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], log: Path, **more: object) -> Iterator[subprocess.Popen]:
    """A process that is ended afterwards, with all that it started."""
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def until(what: str, holds: Callable[[], object], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds} s until {what}"
        time.sleep(0.3)


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    """A PostgreSQL of our own in a temporary folder, on the loopback; where it is, as the environment says it."""
    bin_, port = programs(), free_port()
    user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
    as_user = {"user": user} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if as_user:
            for path in (folder, secret):
                shutil.chown(path, user)
        command = [bin_ / "initdb", "-D", folder / "data", "-U", "duixian", "-A", "scram-sha-256", "--no-sync"]
        command += [f"--pwfile={secret}", "--locale=C", "--encoding=UTF8"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **as_user)  # type: ignore[call-overload]
        server = [str(bin_ / "postgres"), "-D", str(folder / "data"), "-h", "127.0.0.1", "-p", str(port)]
        server += ["-c", "unix_socket_directories=", "-c", "fsync=off"]
        with running(server, folder / "log", cwd=folder, **as_user):
            until("PostgreSQL answers", lambda: answers(port), 60)
            yield {
                "DUIXIAN_PG_HOST": "127.0.0.1", "DUIXIAN_PG_PORT": str(port), "DUIXIAN_PG_DATABASE": "postgres",
                "DUIXIAN_PG_USER": "duixian", "DUIXIAN_PG_PASSWORD": PASSWORD,
            }  # fmt: skip


def unit(name: str, port: int) -> list[str]:
    """The command of a systemd unit of `deploy/`, from here, on another port."""
    (line,) = (line for line in (ROOT / "deploy" / name).read_text().splitlines() if line.startswith("ExecStart="))
    program, *rest = shlex.split(line.removeprefix("ExecStart="))
    moved = [word.replace("/opt/duixian", str(ROOT)).replace("3000", str(port)) for word in rest]
    return [str(Path(sys.executable).with_name(Path(program).name)), *moved]


def listening(group: int) -> set[str]:
    """The addresses (hexadecimal, of IPv4 and IPv6) that processes of a group listen on."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(process.name)) != group:
                continue
            inodes = {link.readlink().name for link in (process / "fd").iterdir()}
            for table in ("tcp", "tcp6"):
                for line in (process / "net" / table).read_text().splitlines()[1:]:
                    fields = line.split()
                    if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                        found.add(fields[1].partition(":")[0])
    return found


def test_a_backfill_from_the_ui_goes_through_the_daemon_and_is_published_once(
    database: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dagster_postgres", reason="needs `pip install 'duixian[postgres]'`")
    for year in (2021, 2022):
        write(tmp_path / "reports", "140200", year)
    home, port = tmp_path / "home", free_port()
    home.mkdir()
    shutil.copy(ROOT / "deploy" / "dagster.yaml", home)
    given = database | {
        "DAGSTER_HOME": str(home), "DUIXIAN_REPORTS": str(tmp_path / "reports"),
        "DUIXIAN_WAREHOUSE": str(tmp_path / "warehouse"), "DUIXIAN_ENGINE": "in_process",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    def ask(query: str, **variables: object) -> dict:
        data = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            (found,) = json.load(answer)["data"].values()
        return found

    with ExitStack() as stack:
        instance = stack.enter_context(dg.DagsterInstance.from_config(str(home)))  # makes the tables, before two do
        ui, daemon = (
            stack.enter_context(running(unit(f"duixian-{name}.service", port), tmp_path / f"{name}.log", cwd=ROOT))
            for name in ("webserver", "daemon")
        )

        def finished(job: str) -> int:
            runs = instance.get_runs(dg.RunsFilter(job_name=job))
            failed = [run.tags for run in runs if run.status == dg.DagsterRunStatus.FAILURE]
            assert failed == [] and daemon.poll() is None and ui.poll() is None
            return sum(run.status == dg.DagsterRunStatus.SUCCESS for run in runs)

        until("the UI answers", lambda: answers(port))
        assert ask(START, sensor=WHERE | {"sensorName": "years_were_read"})["__typename"] == "Sensor"
        params = {
            "selector": {"repositorySelector": WHERE, "partitionSetName": "read_year_partition_set"},
            "partitionNames": ["2021", "2022"],
        }
        assert ask(BACKFILL, params=params)["__typename"] == "LaunchBackfillSuccess"
        until("two years are read, and then published", lambda: finished("publish") == 1)
        assert instance.get_runs_count(dg.RunsFilter(job_name="read_year")) == 2
        assert instance.get_runs_count() == 3
        assert listening(ui.pid) == {"0100007F"}  # 127.0.0.1
        assert listening(daemon.pid) <= {"0100007F", "00000000000000000000000001000000"}
    with duckdb.connect(str((tmp_path / "warehouse" / "duixian.duckdb").resolve()), read_only=True) as found:
        assert found.execute("SELECT count(*) FROM core.reports").fetchone() == (2,)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path
