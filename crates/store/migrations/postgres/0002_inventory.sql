-- A migration that is archived is kept and no longer listed.
ALTER TABLE migrations ADD COLUMN archived_at_ms BIGINT;

-- The latest check of both deployments of a migration, without secrets.
CREATE TABLE connection_checks (
    migration_id  TEXT NOT NULL PRIMARY KEY REFERENCES migrations (id),
    checked_at_ms BIGINT NOT NULL,
    body          TEXT NOT NULL
);

-- What was captured, without secrets; never changed once stored.
CREATE TABLE snapshots (
    id           TEXT NOT NULL PRIMARY KEY,
    migration_id TEXT NOT NULL REFERENCES migrations (id),
    side         TEXT NOT NULL,
    taken_at_ms  BIGINT NOT NULL,
    taken_by     TEXT NOT NULL,
    n_resources  BIGINT NOT NULL,
    n_problems   BIGINT NOT NULL,
    body         TEXT NOT NULL
);
CREATE INDEX snapshots_by_migration ON snapshots (migration_id, taken_at_ms);
