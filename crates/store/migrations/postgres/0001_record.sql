-- Times are milliseconds since 1970, ids are text, documents are JSON text.

CREATE TABLE users (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL
);

CREATE TABLE sessions (
    id              TEXT NOT NULL PRIMARY KEY,
    user_id         TEXT REFERENCES users (id) ON DELETE CASCADE,
    data            TEXT NOT NULL,
    created_at_ms   BIGINT NOT NULL,
    last_seen_ms    BIGINT NOT NULL,
    idle_end_ms     BIGINT NOT NULL,
    absolute_end_ms BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- A link is stored as its SHA-256: reading the record gives nobody a way in.
CREATE TABLE one_time_links (
    digest        TEXT NOT NULL PRIMARY KEY,
    role          TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    used_at_ms    BIGINT
);

CREATE TABLE migrations (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    source        TEXT NOT NULL,
    target        TEXT,
    sealed_config TEXT NOT NULL,
    created_by    TEXT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
);

CREATE TABLE plan_revisions (
    id             TEXT NOT NULL PRIMARY KEY,
    migration_id   TEXT NOT NULL REFERENCES migrations (id),
    number         BIGINT NOT NULL,
    yaml           TEXT NOT NULL,
    digest         TEXT NOT NULL,
    sealed_secrets TEXT NOT NULL,
    made_by        TEXT NOT NULL,
    made_at_ms     BIGINT NOT NULL,
    UNIQUE (migration_id, number)
);

-- What is here besides the lease is only the address of a run: everything said about it is in its events.
CREATE TABLE runs (
    id               TEXT NOT NULL PRIMARY KEY,
    migration_id     TEXT NOT NULL REFERENCES migrations (id),
    revision_id      TEXT REFERENCES plan_revisions (id),
    created_at_ms    BIGINT NOT NULL,
    last_seq         BIGINT NOT NULL,
    fence            BIGINT NOT NULL,
    lease_owner      TEXT,
    lease_expires_ms BIGINT NOT NULL
);
CREATE INDEX runs_by_migration ON runs (migration_id, created_at_ms);

CREATE TABLE events (
    run_id TEXT NOT NULL REFERENCES runs (id),
    seq    BIGINT NOT NULL,
    kind   TEXT NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
);
CREATE INDEX events_by_kind ON events (run_id, kind, seq);
