-- Rejected rows of a distinct section, each of which stands on many lines of a log: once, with its first place.
SELECT
    arg_min(file, seq) AS file, arg_min(line, seq) AS line, "column", reason, value, row_text
FROM {rejects}
GROUP BY "column", reason, value, row_text
ORDER BY min(seq)
