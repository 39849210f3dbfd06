-- A case of a matter that is not on the published licence list, or was not on the day the case was accepted.
-- A matter that the source holds without saying whether it is listed is not judged by that.
SELECT
  c.case_id,
  c.case_no                                              AS subject_id,
  c.matter_no,
  CAST(c.accepted_at AS DATE)                            AS accepted_on,
  m.matter_no IS NOT NULL AND COALESCE(m.listed, TRUE)   AS listed,
  m.listed_from,
  m.listed_to,
  NOT (m.matter_no IS NOT NULL AND COALESCE(m.listed, TRUE))
    OR COALESCE(CAST(c.accepted_at AS DATE) < m.listed_from, FALSE)
    OR COALESCE(CAST(c.accepted_at AS DATE) >= m.listed_to, FALSE)  AS off_list,
  c._row                                                 AS ev_case,
  m._row                                                 AS ev_matter
FROM cases AS c
LEFT JOIN matters AS m ON m.matter_no = c.matter_no
WHERE c.matter_no IS NOT NULL AND c.accepted_at IS NOT NULL
