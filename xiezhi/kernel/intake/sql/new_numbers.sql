SELECT text, number AS _row, CAST(NULL AS BIGINT) AS _replaces, false AS _withdrawn FROM {table} WHERE is_new
