"""``python -m virality`` is the command line."""

import sys

from virality.interfaces.cli import main

sys.exit(main())
