"""A process that is refused at once; stands in for any."""

import sys

if __name__ == "__main__":
    sys.exit(2)
