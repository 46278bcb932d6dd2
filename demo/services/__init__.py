"""PostgreSQL, Valkey and our own processes on one machine, without a system package.

Nothing here knows Django: the demo and the tests start these first and only then
tell the application where they are.
"""

from demo.services.failure import ServiceFailed

__all__ = ["ServiceFailed"]
