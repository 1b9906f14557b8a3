-- Meters of distinct people: 131 072 bits for each meter, recipient and month. A bit tells nobody.
CREATE TABLE meter (
  name TEXT NOT NULL,
  month INTEGER NOT NULL,
  bits BLOB NOT NULL,
  PRIMARY KEY (name, month)
) STRICT;
