SELECT {columns}
FROM {stored} AS stored
ANTI JOIN (SELECT _replaces FROM {stored} WHERE _replaces IS NOT NULL) AS gone
    ON stored._row = gone._replaces
