-- Texts of one batch become typed columns; `_error` is 64 × the number of the first column at fault + the reason.
-- The levels keep each cast to one evaluation: texts (c, k), texts cast alone (p), values (v), local civil times (l).
SELECT {outputs}, CAST(CASE {faults} END AS BIGINT) AS _error
FROM (SELECT * {local} FROM (SELECT *, {values} FROM (SELECT * {plain} FROM raw)))
