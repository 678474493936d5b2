import contextlib
import errno
import socket

from trm.serving.errors import ServingRefused

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        # As the servers do: what lingers of closed connections does not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise ServingRefused(
                    f"Port {port} is reserved for the administrator. "
                    "Choose one above 1023: make run PORT=8000"
                ) from error
            return False
    return True


def free_port(preferred: int = 0) -> int:
    """``preferred`` if nobody has it, else one that the system picks."""
    if preferred and is_free(preferred):
        return preferred
    with contextlib.closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def parse_port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise ServingRefused(f"PORT={text} is not a port: a number from 1 to 65535 is needed.")
    return int(text)
