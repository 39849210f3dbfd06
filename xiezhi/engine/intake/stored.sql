-- A dataset as it is stored: system columns, then every stored column, in its cluster order.
SELECT {row} AS _row, _file, _line, CAST(NULL AS TIMESTAMP) AS _recorded_at, {columns}
FROM {rows}
{order}
