-- A qualified applicant for a licence of limited quantity who still waits, or waited, on the day on which one accepted
-- later was granted. Acceptances at one instant have no order; decisions of one day count as made together.
SELECT
  q.matter_no,
  q.case_no                                                       AS subject_id,
  q.accepted_on,
  q.decided_on,
  q.decided_on IS NULL                                            AS still_open,
  f.later_granted_on                                              AS overtaken_on,
  COALESCE(q.decided_on > f.later_granted_on, TRUE)               AS overtaken,
  CAST(COUNT(g.case_id) AS BIGINT)                                AS overtakers,
  MIN(c._row)                                                     AS ev_case,
  ARRAY_AGG(o._row)                                               AS ev_overtaker
FROM queues AS q
JOIN (
  SELECT
    a.matter_no,
    a.accepted_at_utc,
    MIN(a.granted_on) OVER (
      PARTITION BY a.matter_no ORDER BY a.accepted_at_utc DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )                                                             AS later_granted_on
  FROM (
    SELECT b.matter_no, b.accepted_at_utc, MIN(b.granted_on) AS granted_on
    FROM queues AS b
    GROUP BY b.matter_no, b.accepted_at_utc
  ) AS a
) AS f ON f.matter_no = q.matter_no AND f.accepted_at_utc = q.accepted_at_utc
JOIN queues AS g
  ON g.matter_no = q.matter_no
  AND g.granted_on = f.later_granted_on
  AND g.accepted_at_utc > q.accepted_at_utc
JOIN cases AS c ON c.case_id = q.case_id AND c.matter_no = q.matter_no
JOIN cases AS o ON o.case_id = g.case_id AND o.matter_no = g.matter_no
GROUP BY q.matter_no, q.case_no, q.accepted_on, q.decided_on, f.later_granted_on
