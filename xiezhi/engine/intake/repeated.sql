-- How often each hash of these columns stands in rows, where it is more than once. Hashes keep the table small.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT hash({equal}) AS h, count(*) AS n FROM {staged} GROUP BY 1 HAVING count(*) > 1
