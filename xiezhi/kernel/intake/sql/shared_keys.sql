SELECT {key} FROM {staged} AS staged
SEMI JOIN (SELECT * FROM ({live}) AS live WHERE (live._row >> 32) NOT IN (SELECT batch FROM mine)) AS other
USING ({key})
ORDER BY {key}
LIMIT 1
