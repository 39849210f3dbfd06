-- Lines of JSON become texts under headings. Numbers and truth values as they are written, null as null.
SELECT
    CASE
        WHEN NOT json_valid(line) OR json_type(line) <> 'OBJECT' THEN 'not_json'
        WHEN len(json_keys(line)) <> len(list_distinct(json_keys(line))) THEN 'twice_in_object'
        WHEN regexp_matches(line, '(^|[^\\])(\\\\)*\\u0000') THEN 'nul_byte'
    END AS fault
FROM lines
