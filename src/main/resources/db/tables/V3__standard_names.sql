-- Standard names for tables and columns of V1, for SQLite and PostgreSQL. Workers of earlier versions must be stopped first.
ALTER TABLE builds RENAME COLUMN route TO queue;
ALTER TABLE builds RENAME COLUMN waits_for TO waiting_for;
ALTER TABLE builds RENAME COLUMN cancel_asked TO cancel_requested;
ALTER TABLE hosts RENAME COLUMN routes TO queues;
ALTER TABLE claims RENAME TO resource_claims;
ALTER TABLE resource_claims RENAME COLUMN asked_at TO requested_at;
ALTER TABLE turns RENAME TO admission_lock;
ALTER TABLE admission_lock RENAME COLUMN number TO version;

-- A build that finds everything up to date has the same artifact as the build that created it.
CREATE TABLE build_artifacts (
    reference  TEXT   NOT NULL,
    host       TEXT   NOT NULL,
    build      TEXT   NOT NULL REFERENCES builds (id),
    folder     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (build, reference, host)
);
INSERT INTO build_artifacts (reference, host, build, folder, created_at)
    SELECT reference, host, build, folder, created_at FROM artifacts;
DROP TABLE artifacts;
