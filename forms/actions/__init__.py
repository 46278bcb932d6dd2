"""Register a version, approve it, bring it to the tablets."""
