-- The last day of n days where three or more rest days in a row inside the period extend it by as many, and a last day
-- that is a rest day moves to the day after (税收征管法实施细则 Art. 109).
-- k2: the n-th day outside long rests. k3: the last day before it moves, the ends of long rests put right: the period
-- ends in what is left of a long rest it began in, or on the second day of one, of which too little lies inside.
SELECT
  s.id,
  k3.next_work                                                    AS due_on
FROM spans AS s
JOIN calendar AS k1 ON k1.day = s.start_on
LEFT JOIN calendar AS k2 ON k2.tax_no = k1.tax_no + s.n - k1.tail AND NOT k2.in_long_rest
LEFT JOIN calendar AS k3
  ON k3.day = CASE
    WHEN s.n <= k1.tail THEN k1.day
    WHEN k2.since_long = 2 AND (k1.day < k2.long_start OR k1.left_in_run >= 3) THEN k2.long_start
    ELSE k2.day
  END
