-- The how-maniest row of its file with these columns equal, kept only where it is not the first.
-- Counting hashes first keeps the window small: in most logs hardly a row is repeated.
CREATE TABLE {table} AS
SELECT _seq, n
FROM (
    SELECT _seq, row_number() OVER (PARTITION BY _file, {columns} ORDER BY _seq) AS n
    FROM {staged}
    WHERE hash({columns}) IN (SELECT hash({columns}) FROM {staged} GROUP BY 1 HAVING count(*) > 1)
)
WHERE n > 1
