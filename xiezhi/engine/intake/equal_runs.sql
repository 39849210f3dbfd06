-- Runs of one dataset that are not those of another.
SELECT count(*) FROM {runs} AS runs LEFT JOIN {first} AS first USING (run) WHERE runs.text IS DISTINCT FROM first.text
