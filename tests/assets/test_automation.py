"""What starts by itself: snapshots of cron strings and sensors, and what each asks for, on made-up reports."""

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets import automation
from assets.automation import (
    MAIL,
    alerts,
    changed_years,
    listing,
    reporting_season,
    reports_folder_changed,
    years_were_read,
)
from assets.definitions import defs
from assets.resources import ReportsFolder, Warehouse
from assets.versions import look_again
from pipelines import seeds
from warehouse.publication import built_from
from warehouse.store import Store

TEXT = """政府工作报告
各位代表：
现在，我代表市人民政府，向大会报告工作，请予审议。
一、{before}年工作回顾
{before}年，全市地区生产总值增长{growth}%，一般公共预算收入增长5%，城镇新增就业3万人，社会各项事业取得新进步。
二、{year}年工作安排
{year}年经济社会发展的主要预期目标是：地区生产总值增长6%左右，城镇新增就业3万人以上，居民消费价格涨幅3%左右。
各位代表！让我们团结起来，为实现全年目标任务而努力奋斗！
"""


def put(reports: Path, year: int, growth: float = 5.5) -> None:
    path = reports / "140200" / f"{year}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TEXT.format(year=year, before=year - 1, growth=growth), encoding="utf-8")


class House:
    """A folder of two reports, a warehouse, and an instance of Dagster."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance) -> None:
        self.reports, self.store, self.instance = folder / "reports", Store(folder / "warehouse"), instance
        self.resources = {
            "reports_folder": ReportsFolder(path=str(self.reports)),
            "warehouse": Warehouse(path=str(self.store.folder)),
        }
        put(self.reports, 2021)
        put(self.reports, 2022)

    def run(self, job: str, year: str | None = None) -> None:
        result = defs.resolve_job_def(job).execute_in_process(
            partition_key=year, instance=self.instance, resources=self.resources
        )
        assert result.success

    def look(self, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
        context = dg.build_sensor_context(instance=self.instance, cursor=cursor)
        return reports_folder_changed(context, **self.resources)

    def ask_to_publish(self) -> dg.RunRequest | dg.SkipReason:
        return years_were_read(dg.build_sensor_context(instance=self.instance), warehouse=self.resources["warehouse"])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield House(tmp_path, instance)


def test_schedules_and_sensors() -> None:
    schedule = defs.resolve_schedule_def("reporting_season")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 7 * 12,1-3 *", "Asia/Shanghai")
    assert {name: defs.resolve_sensor_def(name).job_name for name in ("reports_folder_changed", "years_were_read")} == {
        "reports_folder_changed": "read_year",
        "years_were_read": "publish",
    }


def test_the_season_asks_for_what_is_new_each_day_until_it_is_read(house: House) -> None:
    def asked(day: int) -> list[dg.RunRequest | dg.SkipReason]:
        moment = datetime.datetime(2022, 1, day, tzinfo=datetime.UTC)
        context = dg.build_schedule_context(instance=house.instance, scheduled_execution_time=moment)
        return list(reporting_season(context, **house.resources))

    first, second = asked(10), asked(11)
    assert [request.partition_key for request in first] == ["2021", "2022"]
    assert not {request.run_key for request in first} & {request.run_key for request in second}
    house.run("read_year", "2021")
    assert [request.partition_key for request in asked(12)] == ["2022"]
    house.run("read_year", "2022")
    (skipped,) = asked(13)
    assert isinstance(skipped, dg.SkipReason)


def test_the_sensor_asks_once_for_a_change_and_only_for_its_year(house: House) -> None:
    first = house.look()
    assert [request.partition_key for request in first.run_requests] == ["2021", "2022"]
    assert isinstance(house.look(first.cursor), dg.SkipReason)
    for year in ("2021", "2022"):
        house.run("read_year", year)
    put(house.reports, 2022, growth=4.5)
    second = house.look(first.cursor)
    assert [request.partition_key for request in second.run_requests] == ["2022"]
    assert second.run_requests[0].run_key not in {request.run_key for request in first.run_requests}
    (house.reports / "140200" / "2021.txt").unlink()
    assert [year for year, _ in changed_years(house.reports, house.store)] == ["2021", "2022"]


def test_a_year_that_failed_is_not_asked_for_again_before_something_changes(house: House) -> None:
    asked = house.look().run_requests
    assert [request.run_key for request in house.look().run_requests] == [request.run_key for request in asked]


def test_an_edited_seed_or_expectation_is_noticed_without_a_new_start(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeds, "SEEDS", shutil.copytree(seeds.SEEDS, tmp_path / "seeds"))
    house.run("read_year", "2021")
    first = house.look()
    for name, old, new in (("lexicon/slips.csv", "\n", "\n\n"), ("expectations.yaml", "minimum: -30", "minimum: -31")):
        house.run("read_year", "2022")
        settled = house.look(first.cursor)
        assert [request.partition_key for request in settled.run_requests] == ["2021"] * (name == "expectations.yaml")
        path = tmp_path / "seeds" / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        noticed = house.look(settled.cursor)
        assert [request.partition_key for request in noticed.run_requests] == ["2021", "2022"]
        assert not {one.run_key for one in noticed.run_requests} & {one.run_key for one in settled.run_requests}
    look_again()


def test_a_missing_folder_is_named(house: House, tmp_path: Path) -> None:
    context = dg.build_sensor_context(instance=house.instance)
    nowhere = house.resources | {"reports_folder": ReportsFolder(path=str(tmp_path / "nowhere"))}
    assert "nowhere is not a folder" in reports_folder_changed(context, **nowhere).skip_message


def test_the_listing_changes_with_names_sizes_and_times(tmp_path: Path) -> None:
    seen = [listing(tmp_path)]
    put(tmp_path, 2021)
    seen.append(listing(tmp_path))
    put(tmp_path, 2021, growth=10.25)
    seen.append(listing(tmp_path))
    (tmp_path / "140200" / "2021.txt").rename(tmp_path / "140200" / "2020.txt")
    seen.append(listing(tmp_path))
    assert len(set(seen)) == 4
    assert listing(tmp_path) == seen[-1]


def test_publication_is_asked_for_once_when_nothing_is_being_read(house: House) -> None:
    assert isinstance(house.ask_to_publish(), dg.SkipReason)
    house.run("read_year", "2021")
    first = house.ask_to_publish()
    assert isinstance(first, dg.RunRequest)
    house.run("read_year", "2022")
    second = house.ask_to_publish()
    assert second.run_key != first.run_key
    started = house.instance.create_run_for_job(
        defs.resolve_job_def("read_year"), status=dg.DagsterRunStatus.STARTED, tags={"dagster/partition": "2022"}
    )
    assert "still being read" in house.ask_to_publish().skip_message
    house.instance.delete_run(started.run_id)
    assert house.ask_to_publish().run_key == second.run_key
    house.run("publish")
    assert "is published" in house.ask_to_publish().skip_message


def test_a_publication_that_failed_is_tried_again_later(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.run("read_year", "2021")
    first = house.ask_to_publish()
    run = house.instance.create_run_for_job(
        defs.resolve_job_def("publish"), status=dg.DagsterRunStatus.STARTED, tags=first.tags
    )
    house.instance.report_run_failed(run)
    assert "failed 1 times to publish; it tries again at 20" in house.ask_to_publish().skip_message
    monkeypatch.setattr(automation, "wait_after", lambda failures: datetime.timedelta(0))
    again = house.ask_to_publish()
    assert isinstance(again, dg.RunRequest) and again.run_key != first.run_key
    assert again.tags == first.tags


def test_the_wait_after_failures_doubles_up_to_a_day() -> None:
    waits = [automation.wait_after(failures) for failures in (1, 2, 3, 20)]
    assert waits == [datetime.timedelta(minutes=minutes) for minutes in (5, 10, 20, 24 * 60)]


def test_a_year_that_is_held_back_asks_for_one_publication_that_says_so(house: House) -> None:
    house.run("read_year", "2021")
    house.run("publish")
    house.run("read_year", "2022")
    manifest = house.store.manifest("2022")
    manifest.current["observations"].results = None
    house.store.save("2022", manifest)
    assert isinstance(house.ask_to_publish(), dg.RunRequest)
    house.run("publish")
    assert built_from(house.store.folder)["held_back_years"] == ["2022"]
    assert "is published" in house.ask_to_publish().skip_message


def test_a_mail_tells_of_a_run_that_failed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert alerts({}) == []
    with pytest.raises(ValueError, match="DUIXIAN_MAIL_TO is set, so DUIXIAN_MAIL_FROM"):
        alerts({"DUIXIAN_MAIL_TO": "a@example.org"})
    sent = []

    class Server:
        """What speaks to a mail server."""

        def __init__(self, host: str, port: int, **_: object) -> None:
            sent.append((host, port))

        def __enter__(self) -> "Server":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def login(self, user: str, password: str) -> None:
            sent.append((user, password))

        def sendmail(self, sender: str, to: list[str], message: str) -> None:
            sent.append((sender, to, "read_year" in message))

    monkeypatch.setattr("smtplib.SMTP_SSL", Server)
    given = ("a@example.org,b@example.org", "duixian@example.org", "mail.example.org", "secret")
    (sensor,) = alerts(dict(zip(MAIL, given, strict=True)))
    house.store.folder.write_text("no folder")
    result = defs.resolve_job_def("read_year").execute_in_process(
        partition_key="2021", instance=house.instance, resources=house.resources, raise_on_error=False
    )
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name, dagster_event=result.get_run_failure_event(), dagster_instance=house.instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()  # fmt: skip
    sensor(context)
    sender = given[1]
    assert sent == [(given[2], 465), (sender, "secret"), (sender, given[0].split(","), True)]
