-- Rows that point at a key no row of the other dataset has.
SELECT count(*) FROM {dataset} AS here
WHERE {given} AND NOT EXISTS (SELECT 1 FROM {target} AS there WHERE {equal})
