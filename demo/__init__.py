"""A country to try the system on: a stand-in KoBo server and what it is filled with."""
