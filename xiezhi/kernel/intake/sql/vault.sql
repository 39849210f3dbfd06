INSERT INTO intake_vault (token, value, "open") VALUES (%s, %s, %s)
