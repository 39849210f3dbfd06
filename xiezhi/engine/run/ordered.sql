SELECT {columns}
FROM (SELECT * FROM {answer} {limit}) AS answers
ORDER BY ALL
