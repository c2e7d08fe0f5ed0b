"""Models that take long to load: for interrupting a run."""

import time
from pathlib import Path

from tests.toy import ToyModels


class SlowModels(ToyModels):
    def load(self, model, run):
        Path("loading").touch()
        time.sleep(60)
