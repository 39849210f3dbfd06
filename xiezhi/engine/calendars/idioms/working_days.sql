-- The last day of n working days. A limit of 0 ends on the starting day, be it a rest day.
SELECT
  s.id,
  CASE WHEN s.n = 0 THEN k1.day ELSE k2.day END                   AS due_on
FROM spans AS s
JOIN calendar AS k1 ON k1.day = s.start_on
LEFT JOIN calendar AS k2 ON k2.work_no = k1.work_no + s.n AND NOT k2.is_rest
