-- Rows whose key another row has too. Those that differ all go; of equal ones the first stays.
CREATE TABLE {table} AS
WITH keyed AS (
    SELECT staged.* {occurrences} FROM {staged} AS staged {joins}
),
again AS (
    SELECT hash({key}) AS h FROM keyed GROUP BY 1 HAVING count(*) > 1
),
told AS (
    SELECT _seq, {key}, CAST(to_json(struct_pack({content})) AS VARCHAR) AS content
    FROM keyed
    WHERE hash({key}) IN (SELECT h FROM again)
),
judged AS (
    SELECT
        _seq,
        row_number() OVER same AS nth,
        row_number() OVER (PARTITION BY {key}, content ORDER BY _seq) AS nth_equal,
        min(content) OVER (PARTITION BY {key}) <> max(content) OVER (PARTITION BY {key}) AS differ
    FROM told
    WINDOW same AS (PARTITION BY {key} ORDER BY _seq)
)
SELECT _seq, {reason} AS reason FROM judged WHERE differ OR nth > 1
