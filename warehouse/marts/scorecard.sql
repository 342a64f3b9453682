-- Each report's targets for its own year: how many, what came of them, and how ambitious its growth targets were.
WITH targets AS (
    SELECT targets.*, growth_basis, char_start, char_end, observations.report_id,
        targets.period_start = target_report_year AND targets.period_end = target_report_year AS is_annual
    FROM mart.target_outcomes AS targets
    JOIN core.observations AS observations ON observation_id = target_id
    JOIN core.indicators AS indicators ON indicators.indicator = targets.indicator
),
counted AS (
    SELECT
        report_id,
        count(*) FILTER (WHERE is_annual) AS targets,
        count(*) FILTER (WHERE NOT is_annual) AS longer_targets,
        count(*) FILTER (WHERE is_annual AND verdict = 'met') AS met,
        count(*) FILTER (WHERE is_annual AND verdict = 'missed') AS missed,
        count(*) FILTER (WHERE is_annual AND verdict = 'incomparable') AS incomparable,
        count(*) FILTER (WHERE is_annual AND verdict_strict = 'met') AS met_strict,
        count(*) FILTER (WHERE is_annual AND verdict_strict = 'missed') AS missed_strict,
        count(*) FILTER (WHERE is_annual AND verdict_strict = 'incomparable') AS incomparable_strict,
        count(*) FILTER (WHERE is_annual AND verdict = 'pending') AS pending,
        count(*) FILTER (WHERE is_annual AND verdict = 'no_report') AS no_report,
        count(*) FILTER (WHERE is_annual AND verdict = 'unreported') AS unreported,
        bool_or(is_sample) AS is_sample
    FROM targets
    GROUP BY report_id
),
-- growth aimed at, less what the year before had come to as far as the report could know; of several the first printed
growth AS (
    SELECT
        report_id, targets.indicator, targets.target_value, outcomes.outcome_value AS last_value, outcomes.is_sample,
        round(
            targets.target_value - (outcomes.outcome_value + coalesce(outcomes.outcome_value_high, outcomes.outcome_value)) / 2,
            6
        ) AS difference
    FROM targets
    LEFT JOIN mart.year_over_year AS outcomes
        ON outcomes.ref_area = targets.ref_area AND outcomes.indicator = targets.indicator
        AND outcomes.transformation = targets.transformation AND outcomes.unit_measure = targets.unit_measure
        AND outcomes.period_year = targets.target_report_year - 1
        AND outcomes.outcome_report_year <= targets.target_report_year
        AND outcomes.price_basis IS NOT DISTINCT FROM coalesce(targets.price_basis, growth_basis)
    WHERE is_annual AND targets.transformation = 'yoy' AND targets.unit_measure = 'PERCENT' AND desired = 'higher'
    QUALIFY row_number() OVER (
        PARTITION BY report_id, targets.indicator ORDER BY char_start, char_end, targets.target_id, outcomes.outcome_id
    ) = 1
),
ambition AS (
    SELECT
        report_id,
        count(difference) AS compared_growth_targets,
        -- exact to the digits that reports print, whatever the order of the sum
        round(sum(round(1e6 * difference)::HUGEINT)::DOUBLE / count(difference) / 1e6, 4) AS mean_growth_difference,
        any_value(target_value) FILTER (WHERE indicator = 'gdp') AS gdp_target,
        any_value(last_value) FILTER (WHERE indicator = 'gdp') AS gdp_year_before,
        any_value(difference) FILTER (WHERE indicator = 'gdp') AS gdp_difference,
        bool_or(is_sample) AS is_sample
    FROM growth
    GROUP BY report_id
)
SELECT
    report_id,
    reports.ref_area,
    areas.name_zh AS area_name,
    areas.name_en AS area_name_en,
    report_year,
    coalesce(targets, 0) AS targets,
    coalesce(met, 0) AS met,
    coalesce(missed, 0) AS missed,
    coalesce(incomparable, 0) AS incomparable,
    coalesce(unreported, 0) AS unreported,
    coalesce(no_report, 0) AS no_report,
    coalesce(pending, 0) AS pending,
    coalesce(met_strict, 0) AS met_strict,
    coalesce(missed_strict, 0) AS missed_strict,
    coalesce(incomparable_strict, 0) AS incomparable_strict,
    round(100 * met / nullif(met + missed, 0), 1) AS attainment,
    round(100 * met_strict / nullif(met_strict + missed_strict, 0), 1) AS attainment_strict,
    round(100 * (met + missed + incomparable) / nullif(met + missed + incomparable + unreported, 0), 1)
        AS reported_back,
    coalesce(longer_targets, 0) AS longer_targets,
    coalesce(compared_growth_targets, 0) AS compared_growth_targets,
    mean_growth_difference,
    gdp_target,
    gdp_year_before,
    gdp_difference,
    reports.is_sample OR coalesce(counted.is_sample, false) OR coalesce(ambition.is_sample, false) AS is_sample
FROM core.reports AS reports
JOIN core.areas AS areas ON areas.ref_area = reports.ref_area
LEFT JOIN counted USING (report_id)
LEFT JOIN ambition USING (report_id)
