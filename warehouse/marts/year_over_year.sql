-- Each indicator's outcomes along the years: as first stated and as last restated, beside the year before's and the
-- target of the year. Like with like: the same unit, price basis, measure word and stage.
WITH outcomes AS (
    SELECT
        observation_id AS id, ref_area, indicator, transformation, unit_measure, count_unit, stage,
        period_end AS period_year, report_year, char_start, char_end,
        -- where the text is silent the codebook's convention holds
        coalesce(price_basis, CASE WHEN transformation = 'yoy' THEN growth_basis END) AS price_basis,
        list_position(['exact', 'about', 'range', 'at_least', 'at_most'], bound) AS inexactness
    FROM core.observations
    JOIN core.indicators USING (indicator)
    WHERE kind = 'outcome' AND period_start = period_end AND aggregation IS NULL
),
-- the first report that states it, and the last; of several statements in one report the more exact, then as printed
years AS (
    SELECT
        ref_area, indicator, transformation, unit_measure, price_basis, count_unit, stage, period_year,
        min(struct_pack(report_year, inexactness, char_start, char_end, id)) AS earliest,
        min(struct_pack(report_year := -report_year, inexactness, char_start, char_end, id)) AS newest
    FROM outcomes
    GROUP BY ALL
),
stated AS (
    SELECT
        observation_id AS id, report_year, bound, obs_value AS value, obs_value_high AS high, evidence, is_sample,
        (obs_value + coalesce(obs_value_high, obs_value)) / 2 AS middle
    FROM core.observations
    WHERE kind = 'outcome'
),
along AS (
    SELECT
        * EXCLUDE (earliest, newest),
        earliest.id AS first_id,
        CASE WHEN -newest.report_year > earliest.report_year THEN newest.id END AS last_id,
        lag(period_year) OVER thing = period_year - 1 AS follows,
        CASE WHEN follows THEN lag(earliest.id) OVER thing END AS first_id_before,
        CASE WHEN follows AND lag(-newest.report_year) OVER thing > lag(earliest.report_year) OVER thing
            THEN lag(newest.id) OVER thing END AS last_id_before
    FROM years
    WINDOW thing AS (
        PARTITION BY ref_area, indicator, transformation, unit_measure, price_basis, count_unit, stage
        ORDER BY period_year
    )
),
-- where the year before's is of another basis: the least difference that there is
obstacles AS (
    SELECT
        now.first_id AS id,
        min(
            CASE
                WHEN before.unit_measure <> now.unit_measure THEN 4
                WHEN before.stage IS DISTINCT FROM now.stage THEN 3
                WHEN before.count_unit IS DISTINCT FROM now.count_unit THEN 2
                ELSE 1
            END
        ) AS difference
    FROM along AS now
    JOIN years AS before
        ON before.ref_area = now.ref_area AND before.indicator = now.indicator
        AND before.transformation = now.transformation AND before.period_year = now.period_year - 1
    WHERE now.first_id_before IS NULL
    GROUP BY ALL
),
targets AS (
    SELECT
        observation_id AS target_id, ref_area, indicator, transformation, unit_measure, count_unit, stage,
        period_end AS period_year, report_year, char_start, char_end,
        coalesce(price_basis, CASE WHEN transformation = 'yoy' THEN growth_basis END) AS price_basis
    FROM core.observations
    JOIN core.indicators USING (indicator)
    WHERE kind = 'target' AND period_start = period_end AND aggregation IS NULL
),
-- of several targets for the year: the one of the same wording, then that of the year's own report, then as printed
aimed_at AS (
    SELECT first_id, target_id
    FROM along
    JOIN targets USING (ref_area, indicator, transformation, unit_measure, period_year)
    WHERE coalesce(targets.price_basis = along.price_basis, true)
        AND coalesce(targets.count_unit = along.count_unit, true)
        AND coalesce(targets.stage = along.stage, true)
    QUALIFY row_number() OVER (
        PARTITION BY first_id
        ORDER BY
            (targets.count_unit IS DISTINCT FROM along.count_unit)::INTEGER
            + (targets.stage IS DISTINCT FROM along.stage)::INTEGER,
            report_year = period_year DESC, report_year DESC, char_start, char_end, target_id
    ) = 1
)
SELECT
    first.id AS outcome_id,
    along.ref_area,
    areas.name_zh AS area_name,
    along.indicator,
    indicators.name_zh AS indicator_name_zh,
    indicators.name_en AS indicator_name_en,
    along.transformation,
    along.unit_measure,
    along.price_basis,
    along.count_unit,
    along.stage,
    along.period_year,
    first.report_year AS outcome_report_year,
    first.bound AS outcome_bound,
    first.value AS outcome_value,
    first.high AS outcome_value_high,
    first.evidence AS outcome_evidence,
    last.id AS latest_outcome_id,
    last.report_year AS latest_outcome_report_year,
    last.bound AS latest_outcome_bound,
    last.value AS latest_outcome_value,
    last.high AS latest_outcome_value_high,
    last.evidence AS latest_outcome_evidence,
    first_before.id AS previous_outcome_id,
    first_before.bound AS previous_outcome_bound,
    first_before.value AS previous_outcome_value,
    first_before.high AS previous_outcome_value_high,
    round(first.middle - first_before.middle, 6) AS change,
    CASE WHEN along.unit_measure NOT IN ('PERCENT', 'PERCENTAGE_POINT', 'RANK') AND first_before.middle <> 0
        THEN round(100 * change / abs(first_before.middle), 6) END AS relative_change,
    last_before.value AS previous_latest_outcome_value,
    coalesce(last_before.middle, first_before.middle) AS known_before,
    round(coalesce(last.middle, first.middle) - known_before, 6) AS latest_change,
    CASE WHEN along.unit_measure NOT IN ('PERCENT', 'PERCENTAGE_POINT', 'RANK') AND known_before <> 0
        THEN round(100 * latest_change / abs(known_before), 6) END AS latest_relative_change,
    CASE WHEN first_before.id IS NOT NULL
        THEN first.bound <> 'exact' OR first_before.bound <> 'exact' END AS is_rough,
    CASE WHEN first_before.id IS NULL THEN coalesce(
        ['other_price_basis', 'other_count_unit', 'other_stage', 'other_unit'][obstacles.difference], 'not_stated'
    ) END AS reason,
    targets.target_id,
    targets.target_report_year,
    targets.target_bound,
    targets.target_value,
    targets.target_value_high,
    targets.verdict,
    first.is_sample OR coalesce(last.is_sample, false) OR coalesce(first_before.is_sample, false)
        OR coalesce(targets.is_sample, false) AS is_sample
FROM along
JOIN stated AS first ON first.id = along.first_id
LEFT JOIN stated AS last ON last.id = along.last_id
LEFT JOIN stated AS first_before ON first_before.id = along.first_id_before
LEFT JOIN stated AS last_before ON last_before.id = along.last_id_before
JOIN core.areas AS areas ON areas.ref_area = along.ref_area
JOIN core.indicators AS indicators ON indicators.indicator = along.indicator
LEFT JOIN obstacles ON obstacles.id = along.first_id
LEFT JOIN aimed_at ON aimed_at.first_id = along.first_id
LEFT JOIN mart.target_outcomes AS targets ON targets.target_id = aimed_at.target_id
