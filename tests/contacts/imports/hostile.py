"""Run as a process of its own: look at each file of a folder, read it whole, and say what it cost.

    python -m tests.contacts.imports.hostile FOLDER

One JSON line for each file: what was refused in which words, how many rows came out of it, the
seconds of processor it took and the most memory it held, in megabytes, here and in all children.
"""

import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

import django


def main(folder: Path) -> None:
    django.setup()
    for path in sorted(folder.iterdir()):
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
        before = os.times()
        try:
            result = _look(path)
        except Exception as error:  # noqa: BLE001 -- the test says of which file
            result = {"refused": f"crash: {error!r}", "rows": -1}
        after = os.times()
        seconds = sum(after[:4]) - sum(before[:4])
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        cost = {"seconds": seconds, "here": _peak(), "children": children}
        sys.stdout.write(json.dumps({"name": path.name, **result, **cost}) + "\n")


def _look(path: Path) -> dict[str, Any]:
    from contacts.imports.looking import look_at  # noqa: PLC0415 -- needs Django to be set up
    from contacts.imports.readers import FileRefused, records, text_of  # noqa: PLC0415
    from contacts.imports.rows import FileRow, RowReader  # noqa: PLC0415
    from contacts.models import ImportRun  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        try:
            look = look_at(path, Path(folder))
        except FileRefused as refusal:
            return {"refused": str(refusal), "rows": 0}
        found = look.preview
        mapping = {str(place): key for place, key in enumerate(found.meanings) if key}
        run = ImportRun(columns=found.headers, mapping=mapping, options={})
        reader, named = RowReader(run), 0
        with look.text.open("rb") as file, text_of(file, found.encoding) as text:
            for record in records(text, found.delimiter):
                if record.number > found.header_row and not record.problem:
                    row = FileRow(0, record.number, record.number, record.cells, [])
                    draft = reader.read(row)
                    named += bool(draft.given or draft.family)
        return {"refused": "", "rows": named}


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
