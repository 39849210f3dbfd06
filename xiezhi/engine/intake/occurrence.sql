-- The how-maniest row of its file with these columns equal, where it is not the first.
SELECT _seq, n
FROM (SELECT _seq, row_number() OVER (PARTITION BY _file, {columns} ORDER BY _seq) AS n FROM {{rows}})
WHERE n > 1
