-- Each outcome, as first stated, beside what each later report says of the same thing and period.
WITH restated AS (
    SELECT ref_area, indicator, transformation, period_start, period_end, unit_measure
    FROM core.observations
    WHERE kind = 'outcome'
    GROUP BY ALL
    HAVING max(report_year) > min(report_year)
),
outcomes AS (
    SELECT
        observations.* REPLACE (
            -- where the text is silent the codebook's convention holds
            coalesce(
                price_basis, CASE WHEN transformation IN ('yoy', 'avg_yoy', 'cum_growth') THEN growth_basis END
            ) AS price_basis
        ),
        (obs_value + coalesce(obs_value_high, obs_value)) / 2 AS middle,
        -- the last number of the evidence, as printed, tells the step that the value was rounded to
        regexp_replace(
            translate(evidence, '０１２３４５６７８９．，', '0123456789.,'), '[\s\x{3000}]|,([0-9]{3})', '\1', 'g'
        ) AS digits,
        regexp_extract_all(digits, '[0-9]+(?:\.[0-9]+)?')[-1] AS printed,
        rtrim(rtrim(printf('%.4f', abs(obs_value)), '0'), '.') AS shortest,
        CASE
            WHEN printed::DOUBLE > 0 THEN
                abs(coalesce(obs_value_high, obs_value)) / printed::DOUBLE * 10.0 ** -length(split_part(printed, '.', 2))
            WHEN contains(shortest, '.') THEN 10.0 ** -length(split_part(shortest, '.', 2))
            ELSE 10.0 ** (length(shortest) - length(rtrim(shortest, '0')))
        END AS step,
        -- the values that it may stand for; of a fall, bounds speak of its size, of a rank of a place or a better one
        bound = 'at_most' AND obs_value >= 0 OR bound = 'at_least' AND (obs_value < 0 OR transformation = 'rank')
            AS open_below,
        bound = 'at_least' AND obs_value >= 0 AND transformation <> 'rank' OR bound = 'at_most' AND obs_value < 0
            AS open_above,
        CASE WHEN open_below THEN '-inf'::DOUBLE ELSE obs_value END AS lowest,
        CASE WHEN open_above THEN 'inf'::DOUBLE ELSE coalesce(obs_value_high, obs_value) END AS highest
    FROM core.observations
    JOIN core.indicators USING (indicator)
    SEMI JOIN restated USING (ref_area, indicator, transformation, period_start, period_end, unit_measure)
    WHERE kind = 'outcome'
),
-- of several statements in one report the more exact, then as printed
stated AS (
    SELECT
        * EXCLUDE (evidence), evidence,
        struct_pack(
            id := observation_id, report_year, bound, value := obs_value, high := obs_value_high, evidence, middle, step,
            lowest, highest, is_sample
        ) AS said
    FROM outcomes
    QUALIFY row_number() OVER (
        PARTITION BY report_id, indicator, transformation, period_start, period_end, unit_measure, price_basis,
            count_unit, stage, aggregation
        ORDER BY list_position(['exact', 'about', 'range', 'at_least', 'at_most'], bound), char_start, char_end,
            observation_id
    ) = 1
),
beside AS (
    SELECT
        *,
        first_value(said) OVER thing AS first,
        row_number() OVER thing AS nth,
        lead(report_year) OVER thing IS NULL AS is_latest
    FROM stated
    WINDOW thing AS (
        PARTITION BY ref_area, indicator, transformation, period_start, period_end, unit_measure, price_basis,
            count_unit, stage, aggregation
        ORDER BY report_year
    )
)
SELECT
    first.id AS outcome_id,
    said.id AS later_id,
    ref_area,
    areas.name_zh AS area_name,
    indicator,
    indicators.name_zh AS indicator_name_zh,
    indicators.name_en AS indicator_name_en,
    transformation,
    unit_measure,
    price_basis,
    count_unit,
    stage,
    aggregation,
    period_start,
    period_end,
    first.report_year AS outcome_report_year,
    first.bound AS outcome_bound,
    first.value AS outcome_value,
    first.high AS outcome_value_high,
    first.evidence AS outcome_evidence,
    said.report_year AS later_report_year,
    said.bound AS later_bound,
    said.value AS later_value,
    said.high AS later_value_high,
    said.evidence AS later_evidence,
    round(said.middle - first.middle, 6) AS difference,
    CASE WHEN unit_measure NOT IN ('PERCENT', 'PERCENTAGE_POINT', 'RANK') AND first.middle <> 0
        THEN round(100 * difference / abs(first.middle), 6) END AS relative_difference,
    -- a number rounded to a step stands for what lies half a step around it, 约 and 近 for a whole one
    CASE WHEN first.bound = 'about' OR said.bound = 'about' THEN 1.0 ELSE 0.5 END
        * greatest(first.step, said.step) * (1 + 1e-9) AS give,
    first.bound IN ('exact', 'about') AND said.bound IN ('exact', 'about') AS both_are_values,
    CASE
        WHEN difference = 0 AND first.bound = said.bound AND first.high IS NOT DISTINCT FROM said.high THEN 'unchanged'
        WHEN both_are_values AND abs(said.middle - first.middle) <= give THEN 'rounding'
        WHEN both_are_values THEN 'revised'
        WHEN first.lowest <= said.highest AND said.lowest <= first.highest THEN 'bound'
        ELSE 'revised'
    END AS nature,
    is_latest,
    first.is_sample OR said.is_sample AS is_sample
FROM beside
JOIN core.areas AS areas USING (ref_area)
JOIN core.indicators AS indicators USING (indicator)
WHERE nth > 1
