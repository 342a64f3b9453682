-- The targets that each report sets for its own year, beside those of the report before it of the same area.
WITH sequence AS (
    SELECT
        report_id, ref_area, report_year, is_sample,
        lag(report_id) OVER (PARTITION BY ref_area ORDER BY report_year) AS previous_report_id,
        lag(report_year) OVER (PARTITION BY ref_area ORDER BY report_year) AS previous_report_year
    FROM core.reports
),
-- of several targets for one thing in a report the first as printed: what is hoped for besides (力争) comes after
targets AS (
    SELECT
        report_id, indicator, transformation, unit_measure, count_unit, stage, price_basis,
        struct_pack(
            id := observation_id, bound, value := obs_value, high := obs_value_high, evidence, is_sample,
            -- what has to be reached at the least; a place is the better the smaller it is
            floor := CASE
                WHEN desired = 'neutral' THEN NULL
                WHEN transformation = 'rank' OR desired <> 'higher' THEN -coalesce(obs_value_high, obs_value)
                ELSE obs_value
            END
        ) AS target
    FROM (
        SELECT * REPLACE (
            coalesce(price_basis, CASE WHEN transformation = 'yoy' THEN growth_basis END) AS price_basis
        )
        FROM core.observations
        JOIN core.indicators USING (indicator)
    )
    WHERE kind = 'target' AND period_start = report_year AND period_end = report_year AND aggregation IS NULL
    QUALIFY row_number() OVER (
        PARTITION BY report_id, indicator, transformation, unit_measure, price_basis, count_unit, stage
        ORDER BY char_start, char_end, observation_id
    ) = 1
),
sides AS (
    SELECT
        report_id, indicator, transformation, unit_measure, price_basis, count_unit, stage,
        any_value(target) FILTER (WHERE is_now) AS now,
        any_value(target) FILTER (WHERE NOT is_now) AS before
    FROM (
        SELECT *, true AS is_now FROM targets
        UNION ALL
        SELECT targets.* REPLACE (sequence.report_id AS report_id), false AS is_now
        FROM targets
        JOIN sequence ON sequence.previous_report_id = targets.report_id
    )
    GROUP BY ALL
),
withheld AS (
    SELECT report_id, indicator, transformation, struct_pack(id := no_target_id, evidence) AS words
    FROM core.no_targets
    WHERE period_start = report_year AND period_end = report_year
    QUALIFY row_number() OVER (
        PARTITION BY report_id, indicator, transformation ORDER BY char_start, no_target_id
    ) = 1
),
-- one that is dropped, and said to be; of two wordings the one that names the transformation
compared AS (
    SELECT sides.*, CASE WHEN now IS NULL THEN coalesce(of_this.words, of_any.words) END AS words
    FROM sides
    LEFT JOIN withheld AS of_this USING (report_id, indicator, transformation)
    LEFT JOIN withheld AS of_any
        ON of_any.report_id = sides.report_id AND of_any.indicator = sides.indicator AND of_any.transformation IS NULL
    UNION ALL
    -- and one that the report before had none of either
    SELECT
        report_id, indicator, transformation, NULL AS unit_measure, NULL AS price_basis, NULL AS count_unit,
        NULL AS stage, NULL AS now, NULL AS before, words
    FROM withheld
    WHERE NOT EXISTS (
        FROM sides
        WHERE sides.report_id = withheld.report_id AND sides.indicator = withheld.indicator
            AND coalesce(withheld.transformation = sides.transformation, true)
    )
),
-- the indicators that both reports have, but not in the same form
otherwise AS (
    SELECT report_id, indicator, true AS is_otherwise
    FROM compared
    GROUP BY ALL
    HAVING bool_or(now IS NULL AND before IS NOT NULL) AND bool_or(before IS NULL AND now IS NOT NULL)
),
weighed AS (
    SELECT
        *,
        -- a range is compared by its middle, with what is bounded on one side by that end
        CASE WHEN now.bound = 'range' AND before.bound = 'at_least' THEN now.value
            WHEN now.bound = 'range' AND before.bound = 'at_most' THEN now.high
            ELSE (now.value + coalesce(now.high, now.value)) / 2 END AS number_now,
        CASE WHEN before.bound = 'range' AND now.bound = 'at_least' THEN before.value
            WHEN before.bound = 'range' AND now.bound = 'at_most' THEN before.high
            ELSE (before.value + coalesce(before.high, before.value)) / 2 END AS number_before
    FROM compared
    LEFT JOIN otherwise USING (report_id, indicator)
)
SELECT
    report_id,
    sequence.ref_area,
    areas.name_zh AS area_name,
    report_year,
    previous_report_year,
    indicator,
    indicators.name_zh AS indicator_name_zh,
    indicators.name_en AS indicator_name_en,
    transformation,
    unit_measure,
    price_basis,
    count_unit,
    stage,
    CASE
        WHEN words IS NOT NULL THEN 'no_target'
        WHEN previous_report_year IS NULL THEN 'first'
        WHEN is_otherwise AND (now IS NULL OR before IS NULL) THEN 'other_form'
        WHEN before IS NULL THEN 'new'
        WHEN now IS NULL THEN 'dropped'
        WHEN number_now > number_before THEN 'raised'
        WHEN number_now < number_before THEN 'lowered'
        WHEN now.bound <> before.bound OR now.high IS DISTINCT FROM before.high THEN 'reworded'
        ELSE 'kept'
    END AS change,
    CASE
        WHEN now.floor > before.floor THEN 'more'
        WHEN now.floor < before.floor THEN 'less'
        WHEN now.floor IS NULL OR before.floor IS NULL THEN NULL
        WHEN (now.bound = 'about') < (before.bound = 'about') THEN 'more'
        WHEN (now.bound = 'about') > (before.bound = 'about') THEN 'less'
        ELSE 'same'
    END AS ambition,
    now.id AS target_id,
    now.bound AS target_bound,
    now.value AS target_value,
    now.high AS target_value_high,
    coalesce(now.evidence, words.evidence) AS evidence,
    words.id AS no_target_id,
    before.id AS previous_target_id,
    before.bound AS previous_target_bound,
    before.value AS previous_target_value,
    before.high AS previous_target_value_high,
    before.evidence AS previous_target_evidence,
    round(number_now - number_before, 6) AS difference,
    desired,
    sequence.is_sample OR coalesce(before.is_sample, false) AS is_sample
FROM weighed
JOIN sequence USING (report_id)
JOIN core.areas AS areas ON areas.ref_area = sequence.ref_area
JOIN core.indicators AS indicators USING (indicator)
