"""Recordings that the stand-in is not held to, each with the reason."""

NOT_COVERED = {
    "exports/reports": "statistics of answers; no client of ours reads them",
}
