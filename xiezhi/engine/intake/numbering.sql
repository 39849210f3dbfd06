-- One number for each text of a surrogate, in order of first appearance, whichever dataset it stands in.
CREATE TEMP TABLE {table} AS
SELECT text, row_number() OVER (ORDER BY first) AS id
FROM (SELECT text, min(first) AS first FROM ({appearances}) WHERE text IS NOT NULL GROUP BY text)
