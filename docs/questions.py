# Three questions to the published database, answered with DuckDB and Altair. Open it with `.venv/bin/marimo edit
# docs/questions.py`, or run it as a script; DUIXIAN_WAREHOUSE names another folder than warehouse/.

import marimo

app = marimo.App(width="medium", app_title="兑现: three questions")


@app.cell
def opening():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    warehouse = Path(os.environ.get("DUIXIAN_WAREHOUSE") or Path(__file__).resolve().parents[1] / "warehouse")
    database = duckdb.connect(str((warehouse / "duixian.duckdb").resolve()), read_only=True)
    return alt, database, mo


@app.cell
def introduction(database, mo):
    reports, samples = database.sql("SELECT count(*), count(*) FILTER (is_sample) FROM core.reports").fetchone()
    mo.md(f"""
    # 兑现: three questions

    {reports} reports are published, {samples} of them samples: these restate published figures in our own words, and
    are not the reports themselves.
    """)
    return


@app.cell
def growth(alt, database, mo):
    # 1: a range has two ends, 左右 its tolerance on both sides
    growth_targets = database.sql("""
        SELECT period_end AS year, target_value - if(target_bound = 'about', tolerance, 0) AS low,
               coalesce(target_value_high, target_value + if(target_bound = 'about', tolerance, 0)) AS high,
               target_value AS target, outcome_value AS outcome, verdict, verdict_strict, target_evidence,
               outcome_evidence
        FROM mart.target_outcomes
        WHERE ref_area = '100000' AND indicator = 'gdp' AND transformation = 'yoy' AND period_start = period_end
        ORDER BY year
    """).df()
    only_by_about = growth_targets.query("verdict == 'met' and verdict_strict == 'missed'")["year"].to_list()
    years = alt.X("year:O", title="年份 year")
    base = alt.Chart(growth_targets).encode(x=years)
    bands = base.mark_bar(opacity=0.35, width=14).encode(
        y=alt.Y("low:Q", title="经济增长 growth of the economy, %", scale=alt.Scale(zero=False)), y2="high:Q"
    )
    aims = base.mark_tick(thickness=2, width=14).encode(y="target:Q")
    outcomes = base.mark_point(filled=True, size=70, color="black").encode(
        y="outcome:Q", tooltip=["year", "target_evidence", "outcome_evidence", "verdict", "verdict_strict"]
    )
    growth_chart = (bands + aims + outcomes).properties(width=620, height=280)
    mo.vstack([
        mo.md(f"""
        ## 1. Which growth targets were met only because 左右 gives some room?

        Those of {", ".join(map(str, only_by_about)) or "no year"}: at its word (the tick) the target is missed, within
        its tolerance (the band) it is met by the outcome (the point).
        """),
        growth_chart,
    ])  # fmt: skip
    return growth_chart, growth_targets, only_by_about


@app.cell
def reported_back(alt, database, mo):
    verdicts = database.sql("""
        SELECT target_report_year AS year, verdict, count(*) AS targets
        FROM mart.target_outcomes
        WHERE ref_area = '100000' AND period_start = target_report_year AND period_end = target_report_year
        GROUP BY ALL ORDER BY ALL
    """).df()
    asked = verdicts.query("verdict in ('met', 'missed', 'incomparable', 'unreported')")
    silent = asked.query("verdict == 'unreported'")["targets"].sum() / asked["targets"].sum()
    order = ["met", "missed", "incomparable", "unreported", "no_report", "pending"]
    verdicts_chart = (
        alt.Chart(verdicts)
        .mark_bar()
        .encode(
            x=alt.X("year:O", title="报告 report"),
            y=alt.Y("targets:Q", title="目标 targets"),
            color=alt.Color(
                "verdict:N", sort=order, title="判定 verdict",
                scale=alt.Scale(
                    domain=order, range=["#2e7d32", "#c62828", "#7e57c2", "#f9a825", "#9e9e9e", "#90caf9"]
                ),
            ),
            order=alt.Order("verdict:N"),
            tooltip=["year", "verdict", "targets"],
        )
        .properties(width=620, height=240)
    )  # fmt: skip
    mo.vstack([
        mo.md(f"""
        ## 2. How often does the next report say nothing of a target?

        Of the targets whose next report is at hand, {silent:.0%} were never reported back with a number.
        """),
        verdicts_chart,
    ])  # fmt: skip
    return silent, verdicts, verdicts_chart


@app.cell
def told_and_final(alt, database, mo):
    told = database.sql("""
        SELECT period_end AS year, told_value AS told, final_value AS final, still_holds, final_source AS source
        FROM mart.told_and_final
        WHERE ref_area = '100000' AND indicator = 'gdp' AND transformation = 'yoy'
        ORDER BY year
    """).df()
    holds = int(told["still_holds"].sum())
    lines = told.melt(["year", "still_holds"], ["told", "final"], var_name="figure", value_name="growth")
    told_chart = (
        alt.Chart(lines)
        .mark_line(point=True)
        .encode(
            x=alt.X("year:O", title="年份 year"),
            y=alt.Y("growth:Q", title="经济增长 growth of the economy, %", scale=alt.Scale(zero=False)),
            color=alt.Color("figure:N", title="数字 figure"),
            tooltip=["year", "figure", "growth", "still_holds"],
        )
        .properties(width=620, height=240)
    )
    mo.vstack([
        mo.md(f"""
        ## 3. Can what was told of a year's growth be said of the figure that statistics give now?

        Of {len(told)} years, of {holds}: the others were revised by more than the printed digit leaves open.
        """),
        told_chart,
    ])  # fmt: skip
    return told, told_chart


if __name__ == "__main__":
    app.run()
