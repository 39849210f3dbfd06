INSERT INTO intake_subject
    (field, type, key, title, organisation, post, person, opened, closed, state, legal_date, "row", withdrawn)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (field, type, key) DO UPDATE SET
    title = excluded.title, organisation = excluded.organisation, post = excluded.post, person = excluded.person,
    opened = excluded.opened, closed = excluded.closed, state = excluded.state, legal_date = excluded.legal_date,
    "row" = excluded."row", withdrawn = excluded.withdrawn
