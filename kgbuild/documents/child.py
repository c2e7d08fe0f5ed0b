"""A parser child: jobs as length-prefixed JSON frames on standard input -> readings, as frames, on standard output.

Runs under limits of address space, processor time and file size, and never opens a database. Frames are JSON, not pickles: what
a hostile document may make of this process must not reach into its parent. Standard library and the readers only.
"""

import json
import logging
import os
import signal
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from kgbuild.documents.blocks import Limits
from kgbuild.documents.read import ReadOptions, read_file
from kgbuild.documents.walk import File
from kgbuild.errors import KgbuildError
from kgbuild.hashing import digest
from kgbuild.records import Block, BlockKind, Document, Outcome, Reading, Source

LENGTH = struct.Struct(">Q")

Reader = Callable[[File, bytes, ReadOptions], list[Reading]]


def main(reader: Reader = read_file) -> None:
    """Serve jobs until standard input ends. The first frame sets the limits: memory (bytes) and seconds of one document."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children itself
    sys.dont_write_bytecode = True
    logging.disable(logging.CRITICAL)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into the frames
    first = receive(source)
    if first is None:
        return
    _confine(first["memory"])
    while (job := receive(source)) is not None:
        _allow_time(first["seconds"])
        try:
            send(sink, serve(job, reader))
        except MemoryError:
            send(sink, {"retry": "out of memory"})


def serve(job: dict[str, Any], reader: Reader = read_file) -> dict[str, Any]:
    """The answer to one job: content digest and packed readings, or why there are none."""
    file = File(Path(job["path"]), job["uri"], job["root"], job["suffix"])
    options = unpack_options(job["options"])
    content = ""
    try:
        data = file.path.read_bytes()
        content = digest("bytes", data)
        return {"content": content, "readings": [pack(reading) for reading in reader(file, data, options)]}
    except OSError as error:
        return {"content": content, "retry": f"cannot be read: {error.strerror or error}"}
    except MemoryError:
        return {"content": content, "retry": "out of memory"}
    except KgbuildError as error:
        return {"content": content, "error": [type(error).__name__, str(error)]}
    except Exception as error:  # a fault of ours or of a library: the same bytes give it again
        return {"content": content, "fault": f"the reader failed: {type(error).__name__}: {error}"[:300]}


def send(sink: IO[bytes], message: dict[str, Any]) -> None:
    """Write one frame. Lone surrogates (of file names) travel as JSON escapes."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    sink.write(LENGTH.pack(len(body)))
    sink.write(body)
    sink.flush()


def receive(source: IO[bytes]) -> dict[str, Any] | None:
    """Read one frame; None at the end."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    body = source.read(size)
    return None if len(body) < size else dict(json.loads(body))


def pack_options(options: ReadOptions) -> dict[str, Any]:
    """Options as JSON."""
    packed = {name: getattr(options, name) for name in ReadOptions.__dataclass_fields__}
    return {**packed, "limits": {name: getattr(options.limits, name) for name in Limits.__dataclass_fields__}}


def unpack_options(packed: dict[str, Any]) -> ReadOptions:
    """Options from JSON."""
    said: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in packed.items()}
    said["limits"] = Limits(**packed["limits"])
    return ReadOptions(**said)


def pack(reading: Reading) -> list[Any]:
    """A reading as JSON."""
    s, d = reading.source, reading.document
    source = [s.uri, s.root, s.content, s.outcome.value, s.document, s.reason, s.metadata]
    document = None if d is None else [d.id, d.text, [[b.kind.value, b.start, b.end, b.page] for b in d.blocks]]
    return [source, document, reading.notices]


def unpack(packed: list[Any]) -> Reading:
    """A reading from JSON."""
    (uri, root, content, outcome, id, reason, metadata), document, notices = packed
    said = tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in metadata)
    source = Source(uri, root, content, Outcome(outcome), id, reason, said)
    if document is None:
        return Reading(source, None, tuple(notices))
    blocks = tuple(Block(BlockKind(kind), start, end, page) for kind, start, end, page in document[2])
    return Reading(source, Document(document[0], document[1], blocks), tuple(notices))


def _confine(memory: int) -> None:
    """Limits that hold for the life of the process, where the system has them."""
    try:
        import resource
    except ImportError:  # Windows: time and memory are watched by the parent alone
        return
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue


def _allow_time(seconds: float) -> None:
    """Processor time for the next document: an orphan in an endless loop ends by itself."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + 2 * seconds) + 2
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    except (ValueError, OSError):
        return


if __name__ == "__main__":
    main()
