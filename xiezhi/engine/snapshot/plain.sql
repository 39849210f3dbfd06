SELECT {columns}
FROM {stored} AS stored
