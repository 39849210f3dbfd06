-- The live rows of the source within the bounds of the delivery. The batch of a row is its number above 32 bits.
SELECT * FROM ({live}) AS live
WHERE (live._row >> 32) IN (SELECT batch FROM mine) AND {bounds}
