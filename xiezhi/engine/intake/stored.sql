-- A dataset as it is stored: system columns, then every stored column, in its cluster order.
COPY (
    SELECT {row} AS _row, _file, _line, CAST(NULL AS TIMESTAMP) AS _recorded_at, {columns}
    FROM {staged} AS staged {joins}
    WHERE NOT EXISTS (SELECT 1 FROM {excluded} AS gone WHERE gone._seq = staged._seq)
    ORDER BY {cluster}
) TO {path} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)
