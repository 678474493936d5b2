import errno
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from trm.serving.errors import ServingRefused
from trm.serving.processes import die_with
from trm.serving.product import Product


def main() -> int:
    """Run until told to stop. What goes wrong is one line, never a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    if "MAKELEVEL" in os.environ:  # `make` is what a person sees; it must not leave us behind.
        die_with(os.getppid(), signal.SIGTERM)
    try:
        return Product.from_environment().run()
    except ServingRefused as refusal:
        print(f"TRM: {refusal}", file=sys.stderr)  # noqa: T201
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        print(f"TRM: {'the disk is full.' if full else error}", file=sys.stderr)  # noqa: T201
    return 1


def _interrupt(_sig: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
