"""A stand-in KoBo server, true to what a real one was seen to answer.

It is a process of its own with a store of its own, so that a client under test reaches it
over HTTP and over nothing else. What is odd here (a 200 that means nothing happened, a 500
for a client's mistake, a bulk request that clears a status) is odd on purpose: a real server
does the same. Everything under `/_stand_in/` is ours and not KoBo's.
"""
