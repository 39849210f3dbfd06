-- The wanted values of valid lines, each line parsed once for the texts and once for their kinds.
SELECT {texts}, {kinds}
FROM (
    SELECT json_extract_string(line, {paths}) AS texts, json_type(line, {paths}) AS kinds FROM lines
)
