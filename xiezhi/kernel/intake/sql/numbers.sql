-- The number of each text that arrives: the one it has, else the next, in the order in which the delivery numbered.
CREATE TABLE {table} AS
WITH arrived AS (
    SELECT text, min(n) AS n FROM ({arrived}) WHERE text IS NOT NULL GROUP BY text
),
stored AS (
    SELECT text, _row FROM ({stored}) SEMI JOIN arrived USING (text)
),
new AS (
    SELECT text, {highest} + row_number() OVER (ORDER BY n, text) AS number FROM arrived ANTI JOIN stored USING (text)
)
SELECT text, number, true AS is_new FROM new
UNION ALL
SELECT text, _row, false FROM stored
