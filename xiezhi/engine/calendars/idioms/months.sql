-- The last day of n months: the corresponding day, else the last of the month (民法典 Art. 202); a rest day moves on.
SELECT
  s.id,
  k2.next_work                                                    AS due_on
FROM spans AS s
LEFT JOIN calendar AS k2 ON k2.day = CAST(s.start_on + INTERVAL (s.n) MONTH AS DATE)
