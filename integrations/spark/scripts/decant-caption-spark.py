#!/usr/bin/env python3
"""The command decant-caption-spark, for spark-submit, which takes only files whose names end in .py."""

import sys

from decant_spark.command import main

if __name__ == "__main__":
    sys.exit(main())
