-- What pass two puts in quarantine, as it is written there.
SELECT
    _file, _line,
    left(concat_ws(', ', {key}), 200) AS value,
    left(CAST(to_json(struct_pack({content})) AS VARCHAR), 4000) AS row_text
FROM gone_rows
