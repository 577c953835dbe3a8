-- What somebody is changing about a plan before it becomes a revision. One for each person and migration.
CREATE TABLE plan_drafts (
    migration_id  TEXT NOT NULL REFERENCES migrations (id),
    user_id       TEXT NOT NULL,
    base_number   BIGINT NOT NULL,
    yaml          TEXT NOT NULL,
    -- The last edit that is in the text; later ones were taken back and can be made again.
    position      BIGINT NOT NULL,
    -- A new one with every change: what is kept of a draft in memory is found under it.
    stamp         TEXT NOT NULL,
    updated_at_ms BIGINT NOT NULL,
    PRIMARY KEY (migration_id, user_id)
);

-- An edit replaces one piece of the text by another; the places are bytes.
CREATE TABLE plan_draft_edits (
    migration_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    seq          BIGINT NOT NULL,
    summary      TEXT NOT NULL,
    at_byte      BIGINT NOT NULL,
    removed      TEXT NOT NULL,
    inserted     TEXT NOT NULL,
    made_at_ms   BIGINT NOT NULL,
    PRIMARY KEY (migration_id, user_id, seq),
    FOREIGN KEY (migration_id, user_id) REFERENCES plan_drafts (migration_id, user_id) ON DELETE CASCADE
);

ALTER TABLE plan_revisions ADD COLUMN summary TEXT NOT NULL DEFAULT '';
