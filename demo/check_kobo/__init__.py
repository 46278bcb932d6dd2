"""Ask a real KoBo server whether it still behaves as this project believes.

Every belief is a line of the checklist that the stand-in server was built from, numbered 1 to 16;
our own client comes last, as number 0. All of it happens in throw-away projects that are made for
it and removed again; no other project of that server is opened, let alone changed.
"""
