"""``python -m accompanist`` is the same program as ``accompanist``."""

import sys

from accompanist.app.main import main

if __name__ == "__main__":
    sys.exit(main())
