-- The longest stretch of days over which a zone keeps one offset; two days less at each end, so that none is cut.
WITH daily AS (
    SELECT day, epoch_us(timezone({zone}, timezone('UTC', day))) - epoch_us(day) AS offset_us
    FROM (SELECT unnest(generate_series(TIMESTAMP '1970-01-01', TIMESTAMP '2100-01-01', INTERVAL 1 DAY)) AS day)
),
runs AS (
    SELECT
        day, offset_us,
        row_number() OVER (ORDER BY day) - row_number() OVER (PARTITION BY offset_us ORDER BY day) AS run
    FROM daily
)
SELECT min(day) + INTERVAL 2 DAY, max(day) - INTERVAL 2 DAY, CAST(any_value(offset_us) AS BIGINT)
FROM runs GROUP BY offset_us, run ORDER BY count(*) DESC, min(day) LIMIT 1
