-- The course of a case: each event with the time since the one before it, excluded time aside, and the limit of its step.
-- Where the applicant had to hand in papers, steps before acceptance have no limit: some of the time was the applicant's.
SELECT
  e.case_id,
  e.case_no,
  e._row                                                          AS event_row,
  e.checkpoint,
  e.activity,
  e.actor,
  COALESCE(
    e.started_at,
    LAG(e.happened_at) OVER (PARTITION BY e.case_id ORDER BY e.happened_at_utc, e._row)
  )                                                               AS entered_at,
  e.happened_at                                                   AS left_at,
  s.used_days - COALESCE(p.paused_days, 0)                        AS used_days,
  CASE
    WHEN n.case_id IS NULL OR s.started_at_utc >= c.accepted_at_utc THEN COALESCE(ms.limit_days, sl.limit_days)
    ELSE NULL
  END                                                             AS limit_days
FROM case_events AS e
JOIN cases AS c ON c.case_id = e.case_id
LEFT JOIN case_steps AS s ON s.case_id = e.case_id AND s.step_row = e._row
LEFT JOIN matter_steps AS ms ON ms.matter_no = c.matter_no AND ms.checkpoint = e.checkpoint
LEFT JOIN step_limits AS sl
  ON sl.checkpoint = e.checkpoint
  AND CAST(e.happened_at AS DATE) >= sl.valid_from
  AND (sl.valid_to IS NULL OR CAST(e.happened_at AS DATE) < sl.valid_to)
LEFT JOIN (
  SELECT u.case_id, CAST(COUNT(u._row) AS BIGINT) AS notices
  FROM supplements AS u
  GROUP BY u.case_id
) AS n ON n.case_id = e.case_id
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
) AS p ON p.case_id = e.case_id AND p.step_row = e._row
