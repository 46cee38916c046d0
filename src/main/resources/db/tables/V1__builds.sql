-- Times are milliseconds since 1970, UTC. JSON is text. One text for SQLite and PostgreSQL.

CREATE TABLE builds (
    id           TEXT    NOT NULL PRIMARY KEY,
    subject      TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    route        TEXT    NOT NULL,
    priority     INTEGER NOT NULL,
    request      TEXT    NOT NULL,
    expected     BIGINT  NOT NULL,
    state        TEXT    NOT NULL,
    -- Grows whenever a worker takes the build: who writes with an older one has lost it.
    token        BIGINT  NOT NULL,
    worker       TEXT,
    phase        TEXT,
    waits_for    TEXT,
    cancel_asked INTEGER NOT NULL,
    phases_run   INTEGER NOT NULL,
    failure      TEXT,
    submitted_at BIGINT  NOT NULL,
    started_at   BIGINT,
    ended_at     BIGINT
);
CREATE INDEX builds_by_state ON builds (state, submitted_at);

CREATE TABLE phases (
    build      TEXT    NOT NULL REFERENCES builds (id),
    phase      TEXT    NOT NULL,
    attempt    INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    worker     TEXT    NOT NULL,
    started_at BIGINT  NOT NULL,
    ended_at   BIGINT,
    cause      TEXT,
    PRIMARY KEY (build, phase, attempt)
);

CREATE TABLE events (
    build  TEXT   NOT NULL REFERENCES builds (id),
    number BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    data   TEXT   NOT NULL,
    PRIMARY KEY (build, number)
);

CREATE TABLE artifacts (
    reference  TEXT   NOT NULL,
    host       TEXT   NOT NULL,
    build      TEXT   NOT NULL REFERENCES builds (id),
    folder     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (reference, host)
);

CREATE TABLE hosts (
    name    TEXT    NOT NULL PRIMARY KEY,
    routes  TEXT    NOT NULL,
    memory  BIGINT  NOT NULL,
    cpus    INTEGER NOT NULL,
    disk    BIGINT  NOT NULL,
    state   TEXT    NOT NULL,
    seen_at BIGINT  NOT NULL
);

-- What running phases hold of their host, and what others wait for.
CREATE TABLE claims (
    build      TEXT    NOT NULL PRIMARY KEY REFERENCES builds (id),
    phase      TEXT    NOT NULL,
    host       TEXT    NOT NULL,
    worker     TEXT    NOT NULL,
    memory     BIGINT  NOT NULL,
    cpus       INTEGER NOT NULL,
    disk       BIGINT  NOT NULL,
    priority   INTEGER NOT NULL,
    remaining  BIGINT  NOT NULL,
    asked_at   BIGINT  NOT NULL,
    granted_at BIGINT,
    seen_at    BIGINT  NOT NULL
);

-- Whoever looks at the claims in order to grant one changes this row first, so that one does at a time.
CREATE TABLE turns (
    id     INTEGER NOT NULL PRIMARY KEY,
    number BIGINT  NOT NULL
);
INSERT INTO turns (id, number) VALUES (1, 0);
