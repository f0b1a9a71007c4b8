"""`python -m widgets.gallery [light|dark] [PERCENT]`."""

import sys

from widgets.gallery.window import main

raise SystemExit(main(sys.argv))
