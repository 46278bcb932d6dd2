"""What is fast, measured: each figure beside its peer, in the same run, on the same machine."""
