"""Laws are tried on a hundred examples in `make test`, and on ten in `make core`."""

from hypothesis import settings

settings.register_profile("quick", max_examples=10)
