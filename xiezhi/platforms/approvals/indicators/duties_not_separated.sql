-- One person at two steps of one case that must be held apart (table incompatible_duties), in force on the later day.
SELECT
  a.case_id,
  a.case_no                                     AS subject_id,
  d.first_step,
  d.second_step,
  a.actor,
  CAST(MIN(b.happened_at) AS DATE)              AS second_on,
  CAST(COUNT(DISTINCT b._row) AS BIGINT)        AS second_steps,
  ARRAY_AGG(a._row)                             AS ev_first,
  ARRAY_AGG(b._row)                             AS ev_second
FROM case_events AS a
JOIN incompatible_duties AS d ON d.first_step = a.checkpoint
JOIN case_events AS b ON b.case_id = a.case_id AND b.checkpoint = d.second_step AND b.actor = a.actor
WHERE CAST(b.happened_at AS DATE) >= d.valid_from
  AND (d.valid_to IS NULL OR CAST(b.happened_at AS DATE) < d.valid_to)
GROUP BY a.case_id, a.case_no, d.first_step, d.second_step, a.actor
