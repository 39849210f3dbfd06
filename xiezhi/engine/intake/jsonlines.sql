-- What is wrong with lines of JSON, and under which name. The parser takes NaN and Infinity, which JSON does not know:
-- they are looked for where they can be, in what is left of a line, or of a value, without its texts.
WITH judged AS (
    SELECT
        line,
        CASE
            WHEN NOT json_valid(line) OR json_type(line) <> 'OBJECT' THEN 'not_json'
            WHEN len(json_keys(line)) <> len(list_distinct(json_keys(line))) THEN 'twice_in_object'
            WHEN regexp_matches(line, '(^|[^\\])(\\\\)*\\u0000') THEN 'nul_byte'
            WHEN regexp_matches(line, '(?i)nan|inf')
                AND regexp_matches(regexp_replace(line, '"(\\.|[^"\\])*"', '', 'g'), '(?i)nan|inf')
            THEN 'not_json_number'
        END AS fault
    FROM lines
)
SELECT
    fault,
    CASE WHEN fault = 'not_json_number' THEN list_filter(
        json_keys(line),
        lambda name: regexp_matches(
            regexp_replace(
                json_extract(line, '/' || replace(replace(name, '~', '~0'), '/', '~1')),
                '"(\\.|[^"\\])*"', '', 'g'
            ),
            '(?i)nan|inf'
        )
    )[1] ELSE '' END AS heading
FROM judged
