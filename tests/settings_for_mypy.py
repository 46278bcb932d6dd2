"""The settings as mypy's Django plugin reads them: no service runs and no key is needed."""

import os

os.environ.setdefault("MTM_SECRET_KEY_FILE", __file__)  # any text of 32 signs will do

from mtm.settings import *  # noqa: F403 - after the environment is set
