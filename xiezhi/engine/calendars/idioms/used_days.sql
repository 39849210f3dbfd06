-- Working days used: the starting day does not count, the end day does (民法典 Art. 201).
SELECT
  s.id,
  k2.work_no - k1.work_no                                         AS used_days
FROM spans AS s
JOIN calendar AS k1 ON k1.day = s.start_on
JOIN calendar AS k2 ON k2.day = s.end_on
