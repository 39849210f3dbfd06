-- One output row for each new version of a key that says something new. `head` is the newest version known so far,
-- a withdrawn one included. `late`: the source itself dates the new version before that one.
WITH arrived AS (
    SELECT {columns}, _withdrawn FROM {new}
    UNION ALL BY NAME
    SELECT {columns}, _withdrawn FROM {absent}
),
compared AS (
    SELECT
        arrived.*,
        head._row AS _head,
        {late} AS _late,
        head._row IS NOT NULL AND {same} AS _same
    FROM arrived
    LEFT JOIN heads AS head ON {matched}
)
SELECT
    {columns},
    CASE WHEN _late THEN _row ELSE _head END AS _replaces,
    _withdrawn
FROM compared
WHERE _late OR NOT _same
