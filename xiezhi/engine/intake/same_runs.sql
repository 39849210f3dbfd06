-- Whether the runs of a dataset are a numbering of their texts: no text has two runs, and none is missing.
-- Equal hashes of different texts only mean that the numbering is made the long way.
SELECT count(*) - count(DISTINCT hash(text)) + count(*) FILTER (text IS NULL) FROM {runs}
