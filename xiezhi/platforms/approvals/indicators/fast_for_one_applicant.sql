-- Applicants whose cases in a matter were decided faster than those of all others in it: a one-sided rank test, its p
-- corrected for the number of applicants compared (q).
SELECT
  s.matter_no,
  s.matter_no                                                     AS subject_id,
  t.applicant,
  s.n                                                             AS applicant_cases,
  s.others                                                        AS other_cases,
  s.member_median,
  s.others_median,
  s.p,
  s.q,
  MAX(t.decided_on)                                               AS last_on,
  ARRAY_AGG(c._row)                                               AS ev_case
FROM applicant_peers AS s
JOIN finish_times AS t ON t.matter_no = s.matter_no AND t.applicant = s.applicant
JOIN cases AS c ON c.case_id = t.case_id AND c.matter_no = t.matter_no
GROUP BY s.matter_no, t.applicant, s.n, s.others, s.member_median, s.others_median, s.p, s.q
