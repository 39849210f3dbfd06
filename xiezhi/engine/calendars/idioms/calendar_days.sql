-- The last day of n calendar days; a rest day moves to the next working day (民法典 Art. 203).
SELECT
  s.id,
  k2.next_work                                                    AS due_on
FROM spans AS s
LEFT JOIN calendar AS k2 ON k2.day = CAST(s.start_on + INTERVAL (s.n) DAY AS DATE)
