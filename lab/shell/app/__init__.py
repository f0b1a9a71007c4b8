"""The program and its window."""

import gc

from widgets.base.imports import use_own_digests, use_plain_import

gc.disable()  # the window collects by itself (`garbage.py`); while modules are imported there is nothing to find
use_plain_import()  # before all else that is imported from here on
use_own_digests()
