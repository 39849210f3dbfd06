-- The number of the text of each run.
CREATE TEMP TABLE {table} AS
SELECT runs.run, numbers.id FROM {runs} AS runs LEFT JOIN {numbers} AS numbers USING (text)
