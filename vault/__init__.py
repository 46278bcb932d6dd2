"""Sealed values behind two locks. It knows no other app, and no foreign key points into it."""
