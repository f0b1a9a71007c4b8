"""The program and its window."""

from widgets.base.imports import use_own_digests, use_plain_import

use_plain_import()  # before all else that is imported from here on
use_own_digests()
