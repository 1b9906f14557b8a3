-- The store of Cordon, version 1.
-- Times are milliseconds since 1970 (UTC). Digests are blobs of 32 bytes.

-- Small facts about the store itself.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The ledger: one row per record, in order. Only `leaf` is the record; the other columns are copies for looking up, and
-- claims that verification recomputes. The leaf stands last, so that looking at the others need not read it.
CREATE TABLE ledger (
  idx INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  app TEXT,
  exchange TEXT,
  leaf_hash BLOB NOT NULL,
  root BLOB NOT NULL,
  leaf BLOB NOT NULL
) STRICT;

CREATE INDEX ledger_by_time ON ledger (time_ms);
CREATE INDEX ledger_by_app ON ledger (app, time_ms) WHERE app IS NOT NULL;
CREATE INDEX ledger_by_exchange ON ledger (exchange) WHERE exchange IS NOT NULL;
CREATE INDEX ledger_refusals ON ledger (time_ms) WHERE kind = 'refusal';

-- Size, root and peaks of the tree; written in the transaction that writes the rows.
CREATE TABLE ledger_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  peaks BLOB NOT NULL
) STRICT;

CREATE TABLE app_key (
  id TEXT PRIMARY KEY,
  app TEXT NOT NULL,
  environment TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER,
  last_used_ms INTEGER
) STRICT, WITHOUT ROWID;

-- Exact terms, sealed.
CREATE TABLE term (
  id TEXT PRIMARY KEY,
  app TEXT NOT NULL,
  label TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX term_by_app ON term (app, created_ms);

-- Changes whenever keys or terms change.
CREATE TABLE revision (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL
) STRICT;

INSERT INTO revision (one, number) VALUES (1, 0);
