-- Withdrawals by absence: the last known content of each live key named, under the next numbers of the batch.
SELECT
    head.* EXCLUDE (_row, _withdrawn) REPLACE ({blank}),
    {first} + row_number() OVER (ORDER BY {key}) - 1 AS _row,
    true AS _withdrawn
FROM heads AS head
SEMI JOIN gone ON {matched}
WHERE NOT head._withdrawn
