"""What the product costs, each figure as a ratio against a reference of the same run.

    make bench                       all of it
    .venv/bin/python -m bench pages  one module

A module of this package with a function ``run`` that yields figures is a benchmark.
"""
