-- What a case spent at a checkpoint, excluded time aside, against the limit of that step in its matter, or the general one.
-- Where the applicant had to hand in papers, the time up to acceptance is not counted: some of it was the applicant's.
SELECT
  t.case_id,
  t.case_no                                                       AS subject_id,
  t.checkpoint,
  MIN(t.started_on)                                               AS started_on,
  MAX(t.ended_on)                                                 AS ended_on,
  CAST(SUM(t.used_days - COALESCE(p.paused_days, 0)) AS BIGINT)   AS used_days,
  CAST(SUM(COALESCE(p.paused_days, 0)) AS BIGINT)                 AS excluded_days,
  COALESCE(MAX(ms.limit_days), MAX(sl.limit_days))                AS limit_days,
  CAST(SUM(t.used_days - COALESCE(p.paused_days, 0)) AS BIGINT)
    - COALESCE(MAX(ms.limit_days), MAX(sl.limit_days))            AS overdue_days,
  COALESCE(k.used_days > d.limit_days, FALSE)                     AS total_late,
  MIN(c._row)                                                     AS ev_case,
  ARRAY_AGG(e._row)                                               AS ev_step
FROM case_steps AS t
JOIN case_events AS e ON e.case_id = t.case_id AND e._row = t.step_row
JOIN cases AS c ON c.case_id = t.case_id
LEFT JOIN matter_steps AS ms ON ms.matter_no = c.matter_no AND ms.checkpoint = t.checkpoint
LEFT JOIN step_limits AS sl
  ON sl.checkpoint = t.checkpoint
  AND t.ended_on >= sl.valid_from
  AND (sl.valid_to IS NULL OR t.ended_on < sl.valid_to)
LEFT JOIN decision_clock AS k ON k.case_id = t.case_id
LEFT JOIN decision_spans AS d ON d.case_id = t.case_id
LEFT JOIN (
  SELECT s.case_id, CAST(COUNT(s._row) AS BIGINT) AS notices
  FROM supplements AS s
  GROUP BY s.case_id
) AS n ON n.case_id = t.case_id
LEFT JOIN (
  SELECT
    v.case_id,
    v.step_row,
    CAST(SUM(k2.work_no - k1.work_no) AS BIGINT)                  AS paused_days
  FROM case_steps AS v
  JOIN excluded_spans AS x
    ON x.case_id = v.case_id
    AND x.from_on <= v.ended_on
    AND COALESCE(x.to_on, v.ended_on) > v.started_on
  JOIN calendar AS k1 ON k1.day = GREATEST(CAST(x.from_on - INTERVAL 1 DAY AS DATE), v.started_on)
  JOIN calendar AS k2 ON k2.day = LEAST(COALESCE(x.to_on, v.ended_on), v.ended_on)
  GROUP BY v.case_id, v.step_row
) AS p ON p.case_id = t.case_id AND p.step_row = t.step_row
WHERE (ms.limit_days IS NOT NULL OR sl.limit_days IS NOT NULL)
  AND (n.case_id IS NULL OR t.started_at_utc >= c.accepted_at_utc)
GROUP BY t.case_id, t.case_no, t.checkpoint, k.used_days, d.limit_days
