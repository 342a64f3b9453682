-- Each indicator's outcomes along the years: as first stated and as last restated, beside the year before's and the
-- target of the year. Like with like: the same unit, price basis, measure word and stage.
WITH outcomes AS (
    SELECT
        ref_area, indicator, transformation, unit_measure, count_unit, stage, period_end AS period_year, report_year,
        -- where the text is silent the codebook's convention holds
        coalesce(price_basis, CASE WHEN transformation = 'yoy' THEN growth_basis END) AS price_basis,
        list_position(['exact', 'about', 'range', 'at_least', 'at_most'], bound) AS inexactness, char_start,
        struct_pack(
            id := observation_id, report_year, bound, value := obs_value, high := obs_value_high, evidence, is_sample,
            middle := (obs_value + coalesce(obs_value_high, obs_value)) / 2
        ) AS said
    FROM core.observations
    JOIN core.indicators USING (indicator)
    WHERE kind = 'outcome' AND period_start = period_end AND aggregation IS NULL
),
numbered AS (
    SELECT
        *,
        row_number() OVER (year_of_thing ORDER BY report_year, inexactness, char_start, said.id) AS nth,
        row_number() OVER (year_of_thing ORDER BY report_year DESC, inexactness, char_start, said.id) AS nth_from_last
    FROM outcomes
    WINDOW year_of_thing AS (
        PARTITION BY ref_area, indicator, transformation, unit_measure, price_basis, count_unit, stage, period_year
    )
),
years AS (
    SELECT
        ref_area, indicator, transformation, unit_measure, price_basis, count_unit, stage, period_year,
        any_value(said) FILTER (WHERE nth = 1) AS first,
        any_value(said) FILTER (WHERE nth_from_last = 1) AS last
    FROM numbered
    GROUP BY ALL
),
along AS (
    SELECT
        * REPLACE (CASE WHEN last.report_year > first.report_year THEN last END AS last),
        last AS known, -- as last stated, be it the first time
        lag(period_year) OVER thing = period_year - 1 AS follows,
        CASE WHEN follows THEN lag(first) OVER thing END AS first_before,
        CASE WHEN follows THEN lag(last) OVER thing END AS known_before
    FROM years
    WINDOW thing AS (
        PARTITION BY ref_area, indicator, transformation, unit_measure, price_basis, count_unit, stage
        ORDER BY period_year
    )
),
-- where the year before's is of another basis: the least difference that there is
obstacles AS (
    SELECT
        now.first.id AS id,
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
    WHERE now.first_before IS NULL
    GROUP BY ALL
),
targets AS (
    SELECT targets.* REPLACE (
        coalesce(targets.price_basis, CASE WHEN targets.transformation = 'yoy' THEN growth_basis END) AS price_basis
    ), char_start
    FROM mart.target_outcomes AS targets
    JOIN core.observations AS observations ON observation_id = target_id
    JOIN core.indicators AS indicators ON indicators.indicator = targets.indicator
    WHERE targets.period_start = targets.period_end AND targets.aggregation IS NULL
),
-- of several targets for the year: the one of the same wording, then that of the year's own report, then as printed
aimed_at AS (
    SELECT first.id AS id, targets.*
    FROM along
    JOIN targets
        ON targets.ref_area = along.ref_area AND targets.indicator = along.indicator
        AND targets.transformation = along.transformation AND targets.unit_measure = along.unit_measure
        AND targets.period_end = along.period_year
        AND coalesce(targets.price_basis = along.price_basis, true)
        AND coalesce(targets.count_unit = along.count_unit, true)
        AND coalesce(targets.stage = along.stage, true)
    QUALIFY row_number() OVER (
        PARTITION BY first.id
        ORDER BY
            (targets.count_unit IS DISTINCT FROM along.count_unit)::INTEGER
            + (targets.stage IS DISTINCT FROM along.stage)::INTEGER,
            target_report_year = period_year DESC, target_report_year DESC, char_start, target_id
    ) = 1
)
SELECT
    along.first.id AS outcome_id,
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
    along.first.report_year AS outcome_report_year,
    along.first.bound AS outcome_bound,
    along.first.value AS outcome_value,
    along.first.high AS outcome_value_high,
    along.first.evidence AS outcome_evidence,
    along.last.id AS latest_outcome_id,
    along.last.report_year AS latest_outcome_report_year,
    along.last.bound AS latest_outcome_bound,
    along.last.value AS latest_outcome_value,
    along.last.high AS latest_outcome_value_high,
    along.last.evidence AS latest_outcome_evidence,
    along.first_before.id AS previous_outcome_id,
    along.first_before.bound AS previous_outcome_bound,
    along.first_before.value AS previous_outcome_value,
    along.first_before.high AS previous_outcome_value_high,
    round(along.first.middle - along.first_before.middle, 6) AS change,
    CASE WHEN along.unit_measure NOT IN ('PERCENT', 'PERCENTAGE_POINT', 'RANK') AND along.first_before.middle <> 0
        THEN round(100 * change / abs(along.first_before.middle), 6) END AS relative_change,
    CASE WHEN along.known_before.report_year > along.first_before.report_year THEN along.known_before.value END
        AS previous_latest_outcome_value,
    round(along.known.middle - along.known_before.middle, 6) AS latest_change,
    CASE WHEN along.unit_measure NOT IN ('PERCENT', 'PERCENTAGE_POINT', 'RANK') AND along.known_before.middle <> 0
        THEN round(100 * latest_change / abs(along.known_before.middle), 6) END AS latest_relative_change,
    CASE WHEN along.first_before IS NOT NULL
        THEN along.first.bound <> 'exact' OR along.first_before.bound <> 'exact' END AS is_rough,
    CASE WHEN along.first_before IS NULL THEN coalesce(
        ['other_price_basis', 'other_count_unit', 'other_stage', 'other_unit'][obstacles.difference], 'not_stated'
    ) END AS reason,
    aimed_at.target_id,
    aimed_at.target_report_year,
    aimed_at.target_bound,
    aimed_at.target_value,
    aimed_at.target_value_high,
    aimed_at.verdict,
    along.first.is_sample OR coalesce(along.last.is_sample, false) OR coalesce(along.first_before.is_sample, false)
        OR coalesce(aimed_at.is_sample, false) AS is_sample
FROM along
JOIN core.areas AS areas ON areas.ref_area = along.ref_area
JOIN core.indicators AS indicators ON indicators.indicator = along.indicator
LEFT JOIN obstacles ON obstacles.id = along.first.id
LEFT JOIN aimed_at ON aimed_at.id = along.first.id
