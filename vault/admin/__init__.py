"""The pages of the vault process: requests to unseal, one opening, the access log."""

from vault.admin.site import VaultSite, vault_site

__all__ = ["VaultSite", "vault_site"]
