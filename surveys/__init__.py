"""Rounds, people, submissions and their review: the pipeline between KoBo and a snapshot."""
