-- Texts of one batch become typed columns; `_error` is 64 × the number of the first column at fault + the reason.
SELECT {outputs}, CAST(CASE {faults} END AS BIGINT) AS _error
FROM (SELECT *, {values} FROM raw)
