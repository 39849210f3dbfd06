-- Stretches of time that the limit of a decision does not count, those that touch or overlap made one.
-- A stretch without an end is still running. A procedure that ends before it starts is left out.
SELECT
  g.case_id,
  MIN(g.from_on)                                                  AS from_on,
  NULLIF(MAX(g.to_on), CAST('9999-12-31' AS DATE))                AS to_on
FROM (
  SELECT
    f.case_id,
    f.from_on,
    f.to_on,
    CAST(SUM(f.opens) OVER (
      PARTITION BY f.case_id ORDER BY f.from_on, f.proc_row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT)                                                  AS stretch
  FROM (
    SELECT
      p.case_id,
      p.started_on                                                AS from_on,
      COALESCE(p.ended_on, CAST('9999-12-31' AS DATE))            AS to_on,
      p._row                                                      AS proc_row,
      CASE
        WHEN p.started_on <= MAX(COALESCE(p.ended_on, CAST('9999-12-31' AS DATE))) OVER (
          PARTITION BY p.case_id ORDER BY p.started_on, p._row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) THEN 0
        ELSE 1
      END                                                         AS opens
    FROM special_procedures AS p
    JOIN cases AS c ON c.case_id = p.case_id
    JOIN excluded_procedures AS x
      ON x.proc_kind = p.proc_kind
      AND p.started_on >= x.valid_from
      AND (x.valid_to IS NULL OR p.started_on < x.valid_to)
    WHERE (p.ended_on IS NULL OR p.ended_on >= p.started_on)
      AND (p.told_on IS NOT NULL OR param('untold_time_is_excluded', CAST(c.accepted_at AS DATE)))
  ) AS f
) AS g
GROUP BY g.case_id, g.stretch
