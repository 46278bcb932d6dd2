"""The tables of the stand-in's own store.

A submission's row is kept as the JSON text it is served as, so that a page is a joining of
bytes. The XML it came as lies in a table of its own: reading a page must not walk over it.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS users (
    username TEXT PRIMARY KEY, password TEXT NOT NULL, token TEXT UNIQUE NOT NULL,
    uid TEXT NOT NULL, joined TEXT NOT NULL, superuser INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS assets (
    uid TEXT PRIMARY KEY, number INTEGER NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL,
    asset_type TEXT NOT NULL, settings TEXT NOT NULL, content TEXT NOT NULL,
    created TEXT NOT NULL, created_by TEXT, modified TEXT NOT NULL, modified_by TEXT,
    version TEXT NOT NULL, deployed_at TEXT, deployed_version TEXT, active INTEGER,
    form_uuid TEXT, form_number INTEGER UNIQUE, form_xml TEXT, form_version TEXT,
    last_row TEXT, deleted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS versions (
    place INTEGER PRIMARY KEY, uid TEXT UNIQUE NOT NULL, asset TEXT NOT NULL,
    content TEXT NOT NULL, content_hash TEXT NOT NULL, modified TEXT NOT NULL,
    deployed TEXT, number INTEGER
);
CREATE INDEX IF NOT EXISTS versions_of_asset ON versions (asset, place);
CREATE TABLE IF NOT EXISTS rights (
    uid TEXT PRIMARY KEY, asset TEXT NOT NULL, username TEXT NOT NULL,
    permission TEXT NOT NULL, partial TEXT, UNIQUE (asset, username, permission)
);
CREATE TABLE IF NOT EXISTS barred (
    asset TEXT NOT NULL, username TEXT NOT NULL, PRIMARY KEY (asset, username)
);
CREATE TABLE IF NOT EXISTS imports (
    uid TEXT PRIMARY KEY, owner TEXT NOT NULL, created TEXT NOT NULL, status TEXT NOT NULL,
    messages TEXT NOT NULL, polls INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS files (
    place INTEGER PRIMARY KEY, uid TEXT UNIQUE NOT NULL, asset TEXT NOT NULL,
    owner TEXT NOT NULL, file_type TEXT NOT NULL, description TEXT NOT NULL,
    metadata TEXT NOT NULL, created TEXT NOT NULL, content BLOB NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS media (
    number INTEGER PRIMARY KEY AUTOINCREMENT, asset TEXT NOT NULL, file TEXT NOT NULL,
    filename TEXT NOT NULL, hash TEXT NOT NULL, mimetype TEXT NOT NULL, content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS submissions (
    id INTEGER PRIMARY KEY, asset TEXT NOT NULL, visible INTEGER NOT NULL,
    root TEXT NOT NULL, current TEXT NOT NULL, status TEXT NOT NULL,
    submitted_by TEXT, received TEXT NOT NULL, time TEXT NOT NULL, row BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS submissions_in_order ON submissions (asset, visible, id, time);
CREATE INDEX IF NOT EXISTS submissions_by_root ON submissions (root);
CREATE INDEX IF NOT EXISTS submissions_by_current ON submissions (current);
CREATE TABLE IF NOT EXISTS originals (
    id INTEGER PRIMARY KEY, xml BLOB NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS replaced (
    asset TEXT NOT NULL, instance_id TEXT NOT NULL, submission INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS replaced_ids ON replaced (instance_id);
CREATE TABLE IF NOT EXISTS attachments (
    number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT UNIQUE NOT NULL,
    submission INTEGER NOT NULL, asset TEXT NOT NULL, name TEXT NOT NULL,
    path TEXT NOT NULL, mimetype TEXT NOT NULL, digest TEXT NOT NULL, content BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'kept'
);
CREATE INDEX IF NOT EXISTS attachments_of_submission ON attachments (submission);
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY, asset TEXT NOT NULL, username TEXT NOT NULL,
    action TEXT NOT NULL, metadata TEXT NOT NULL, date TEXT NOT NULL, root TEXT
);
CREATE INDEX IF NOT EXISTS history_of_asset ON history (asset, id);
CREATE TABLE IF NOT EXISTS hooks (
    place INTEGER PRIMARY KEY, uid TEXT UNIQUE NOT NULL, asset TEXT NOT NULL,
    body TEXT NOT NULL, modified TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS hook_logs (
    place INTEGER PRIMARY KEY, uid TEXT UNIQUE NOT NULL, hook TEXT NOT NULL,
    submission INTEGER NOT NULL, tries INTEGER NOT NULL, status INTEGER NOT NULL,
    status_code INTEGER, message TEXT NOT NULL, modified TEXT NOT NULL,
    payload BLOB NOT NULL, due REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS logs_due ON hook_logs (status, due);
CREATE TABLE IF NOT EXISTS exports (
    place INTEGER PRIMARY KEY, uid TEXT UNIQUE NOT NULL, asset TEXT NOT NULL,
    data TEXT NOT NULL, created TEXT NOT NULL, filename TEXT NOT NULL, content BLOB NOT NULL
);
"""
