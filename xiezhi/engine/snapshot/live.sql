SELECT {columns}
FROM {stored} AS stored
ANTI JOIN {gone} AS gone
    ON stored._row = gone._replaces
WHERE stored._withdrawn IS NOT TRUE
