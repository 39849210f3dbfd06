-- The number of the text of each run; 0 for none.
SELECT runs.run, coalesce(numbers.id, 0) AS id FROM {runs} AS runs LEFT JOIN {numbers} AS numbers USING (text)
