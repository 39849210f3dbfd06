-- Rows whose key another row has too. Those that differ all go; of equal ones the first stays.
WITH equal AS (
    SELECT _seq, {key}, row_number() OVER (PARTITION BY {key}, {content} ORDER BY _seq) AS nth_equal FROM {{rows}}
),
judged AS (
    SELECT
        _seq, nth_equal,
        row_number() OVER (PARTITION BY {key} ORDER BY _seq) AS nth,
        count(*) FILTER (nth_equal = 1) OVER (PARTITION BY {key}) > 1 AS differ
    FROM equal
)
SELECT _seq, CAST({reason} AS BIGINT) AS reason FROM judged WHERE differ OR nth > 1
