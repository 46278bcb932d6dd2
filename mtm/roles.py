"""What each PostgreSQL role may do with each table: a closed list, table by table.

A table that is not named here is open to nobody but its owner, and a test fails until it
is named. `migrate` owns everything and runs no process that listens.
"""

from collections.abc import Mapping
from types import MappingProxyType

WEB, WORKER, VAULT, MIGRATE = "web", "worker", "vault", "migrate"
PROCESS_ROLES = (WEB, WORKER, VAULT)

READ = "SELECT"
ADD = "SELECT, INSERT"
CHANGE = "SELECT, INSERT, UPDATE"
ALL = "SELECT, INSERT, UPDATE, DELETE"
WRITE_ONLY = "INSERT"

_REGISTER = {WEB: ALL, WORKER: READ}
_PIPELINE = {WEB: READ, WORKER: ALL}
_SIGN_IN = {WEB: ALL, VAULT: READ}

PRIVILEGES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # who signs in, where
        "public.auth_group": _SIGN_IN,
        "public.auth_group_permissions": _SIGN_IN,
        "public.auth_permission": _SIGN_IN,
        "public.auth_user": {WEB: ALL, VAULT: "SELECT, UPDATE (last_login)"},
        "public.auth_user_groups": _SIGN_IN,
        "public.auth_user_user_permissions": _SIGN_IN,
        "public.django_admin_log": {WEB: ADD},
        "public.django_content_type": _SIGN_IN,
        "public.django_migrations": {WEB: READ, WORKER: READ, VAULT: READ},
        "public.django_session": {WEB: ALL, VAULT: ALL},
        # the registry and the forms
        "public.locations_location": _REGISTER,
        "public.xlsforms_koboserver": _REGISTER,
        "public.xlsforms_xlsform": _REGISTER,
        "public.xlsforms_version": _REGISTER,
        "public.xlsforms_question": _REGISTER,
        "public.xlsforms_deployment": {WEB: ALL, WORKER: ADD},
        "public.xlsforms_deployedversion": {WEB: ALL, WORKER: ADD},
        # rounds and people
        "public.surveys_round": {
            WEB: ALL,
            WORKER: READ,
            VAULT: "SELECT, UPDATE (vault_public_keys)",
        },
        "public.surveys_enumerator": _REGISTER,
        # the pipeline
        "public.surveys_submission": {WEB: "SELECT, UPDATE", WORKER: ALL},
        "public.surveys_revision": _PIPELINE,
        "public.surveys_kobostate": _PIPELINE,
        "public.surveys_fieldwork": _PIPELINE,
        "public.surveys_token": {WORKER: ALL},
        "public.surveys_tombstone": _PIPELINE,
        "public.surveys_quarantined": {WEB: "SELECT, UPDATE", WORKER: CHANGE},
        "public.surveys_synccursor": {WEB: READ, WORKER: CHANGE},
        "public.surveys_syncrun": {WEB: READ, WORKER: CHANGE},
        "public.surveys_decision": {WEB: ADD, WORKER: READ},
        # the vault, and what may be known of it outside
        "public.vault_unsealrequest": {WEB: ADD, VAULT: ADD},
        "public.vault_accesslog": {WEB: ADD, VAULT: ADD},
        "public.vault_erasuredue": {WORKER: ADD, VAULT: "SELECT, UPDATE"},
        "vault.sealed": {WORKER: WRITE_ONLY, VAULT: "SELECT, UPDATE, DELETE"},
        "vault.wraps": {WORKER: WRITE_ONLY, VAULT: "SELECT, UPDATE, DELETE"},
        "vault.holders": {VAULT: ALL},
    }
)

# A spreadsheet import sets the sequence after the rows it brought, for which INSERT is not enough.
SEQUENCES: Mapping[str, str] = MappingProxyType({"public.locations_location_id_seq": WEB})


def grants() -> list[str]:
    """Return the statements that leave each role exactly the rights of the list."""
    roles = ", ".join(PROCESS_ROLES)
    statements = [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public, vault FROM {roles}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, vault FROM {roles}",
        f"REVOKE ALL ON SCHEMA vault FROM {roles}, PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {roles}",
        f"GRANT USAGE ON SCHEMA vault TO {WORKER}, {VAULT}",
    ]
    for table, rights in PRIVILEGES.items():
        schema, name = table.split(".")
        statements += [
            f'GRANT {right} ON {schema}."{name}" TO {role}' for role, right in rights.items()
        ]
    statements += [
        f"GRANT SELECT, UPDATE ON SEQUENCE {name} TO {role}" for name, role in SEQUENCES.items()
    ]
    return statements
