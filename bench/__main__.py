import importlib
import pkgutil
import sys

import bench


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 1 when a figure misses its goal."""
    known = [module.name for module in pkgutil.iter_modules(bench.__path__)]
    is_missed = False
    for name in names or known:
        if name == "__main__":
            continue
        if name not in known:
            print(f"There is no benchmark {name}; there are {', '.join(known)}.", file=sys.stderr)
            return 2
        run = getattr(importlib.import_module(f"bench.{name}"), "run", None)
        if run is None:
            continue
        for figure in run():
            print(figure, flush=True)
            is_missed |= not figure.is_met
    return 1 if is_missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
