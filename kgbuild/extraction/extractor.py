"""Texts -> Extractions, in the order of the texts, by one model in memory: cut, batch, encode, decode, relate.

A batch holds texts of one padded length; a runtime's threads each take a batch from scores to records. What a text gives depends
on the text alone: not on its neighbours, their order, the size of batches or the number of threads.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kgbuild.corpora.gold import majority
from kgbuild.errors import KgbuildError, ModelError, UsageError
from kgbuild.extraction.chains import join_names
from kgbuild.extraction.decode import DECODER_VERSION, Floats, Placed, decode_links, decode_spans, strongest, type_mask
from kgbuild.extraction.pairs import Asked, Chained, ask, ask_names
from kgbuild.extraction.runtime import Batch, Encoded, Runtime, make_batch
from kgbuild.extraction.surface import FEATURES, surface
from kgbuild.extraction.surface import VERSION as SURFACE_VERSION
from kgbuild.extraction.windows import Prepared, merge_scores, prepare
from kgbuild.hashing import digest
from kgbuild.models.calibration import scores as calibrated
from kgbuild.models.directory import TOKENIZER, ModelDirectory, fingerprint, read_directory
from kgbuild.models.pieces import load_tokenizer, padded_length, split_all
from kgbuild.records import Extraction, Link
from kgbuild.resolution.document import chain_spans
from kgbuild.resolution.names import VERSION as NAMES_VERSION

log = logging.getLogger(__name__)

LOOK_AHEAD = 256
"""Texts that are cut and sorted by length together; two such groups are under way at once."""
BATCH_PIECES = 4096
"""Padded pieces in a batch, at most, where one text is not longer by itself."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Rows = list[tuple[Encoded, int]]
"""Where each window of a text stands: an encoded batch and a row of it."""


def load(model_dir: Path, runtime: str = "openvino", threads: int | None = None, cache: Path | None = None) -> "Extractor":
    """Open a model directory. threads None or 0: all cores; cache: a folder for compiled graphs, of no effect on results.

    Raises ModelError for a directory that is missing, damaged or newer, MissingExtra for runtime torch without torch.
    """
    directory = read_directory(Path(model_dir))
    head = directory.spec.coreference
    if head is not None and head.features != FEATURES:
        raise ModelError(
            f"{model_dir}: its coreference head reads other features of names than this kgbuild has: train it again"
        )
    return Extractor(directory, open_runtime(directory, runtime, threads or None, cache))


def open_runtime(directory: ModelDirectory, name: str, threads: int | None = None, cache: Path | None = None) -> Runtime:
    """The runtime of that name: openvino, torch (GPU if there is one) or torch-cpu."""
    match name:
        case "openvino":
            from kgbuild.extraction.runtime_openvino import OpenVinoRuntime

            return OpenVinoRuntime(directory, threads, cache)
        case "torch" | "torch-cpu":
            from kgbuild.extraction.runtime_torch import TorchRuntime

            return TorchRuntime(directory, threads, device="cpu" if name == "torch-cpu" else None)
        case _:
            raise UsageError(f"there is no runtime {name!r}: choose openvino, torch or torch-cpu")


class Extractor:
    """A model in memory. Close it, or use it in a `with` block.

    key: of the model's extractions (fingerprint, precision, decoder); labels, link_labels: what it may give out;
    numerics: what beside the text decides the last bits.
    """

    def __init__(self, directory: ModelDirectory, runtime: Runtime, batch_pieces: int = BATCH_PIECES) -> None:
        self.directory, self.runtime = directory, runtime
        self.fingerprint = fingerprint(directory.path)
        self.model_key = model_key(self.fingerprint, directory.spec.precision)
        self.labels, self.link_labels = directory.spec.types, directory.spec.relations
        self.languages, self.numerics = directory.spec.languages, runtime.numerics
        self._batch_pieces = batch_pieces
        self._pools: set[ThreadPoolExecutor] = set()
        self._tokenizer = load_tokenizer(directory.path / TOKENIZER)
        self._mask = type_mask(directory.spec)
        self._possible: NDArray[np.bool_] = np.any(self._mask, axis=2)

    def key(self, text: str) -> str:
        """The digest under which the extraction of a text may be stored: of all that decides it, but for numerics."""
        return digest("extraction", self.model_key, text)

    def __call__(self, texts: Iterable[str]) -> Iterator[Extraction]:
        """Extract each text, in order; two groups of LOOK_AHEAD texts are read ahead."""
        return self._stream(((text, None) for text in texts), self._extract)

    def relate(self, items: Iterable[tuple[str, Chained]]) -> Iterator[tuple[Link, ...]]:
        """Links between given chains (whose places count pieces of the text, see `pieces`), in order; ends are chain numbers."""
        return self._stream(items, self._relate_given)

    def prepare(self, texts: list[str]) -> list[Prepared]:
        """Cut texts into pieces and windows."""
        cut = split_all(self._tokenizer, texts)
        limit = self.directory.spec.max_pieces
        return [prepare(text, pieces, limit) for text, pieces in zip(texts, cut, strict=True)]

    def close(self) -> None:
        """Let what is being computed end, drop what has not begun, and let go of the model."""
        for pool in list(self._pools):
            pool.shutdown(cancel_futures=True)
        self.runtime.close()

    def __enter__(self) -> "Extractor":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # from texts to batches to results ---------------------------------------------------------------------------------

    def _stream(
        self, items: Iterable[tuple[str, Item]], work: Callable[[list[tuple[Prepared, Item, Rows]]], list[Result]]
    ) -> Iterator[Result]:
        source = iter(items)
        pool = ThreadPoolExecutor(self.runtime.workers, "kgbuild-extract")
        self._pools.add(pool)
        waiting: deque[list[tuple[list[int], Future[list[Result]]]]] = deque()
        try:
            while group := list(islice(source, LOOK_AHEAD)):
                waiting.append(self._submit(pool, group, work))
                if len(waiting) > 1:
                    yield from _in_order(waiting.popleft())
            while waiting:
                yield from _in_order(waiting.popleft())
        finally:  # also on Ctrl-C and when the caller stops reading: what has not begun never begins
            pool.shutdown(cancel_futures=True)
            self._pools.discard(pool)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        group: list[tuple[str, Item]],
        work: Callable[[list[tuple[Prepared, Item, Rows]]], list[Result]],
    ) -> list[tuple[list[int], Future[list[Result]]]]:
        prepared = self.prepare([text for text, _ in group])

        def run(numbers: list[int]) -> list[Result]:
            rows = self._encode([prepared[i] for i in numbers])
            return work([(prepared[i], group[i][1], found) for i, found in zip(numbers, rows, strict=True)])

        return [(numbers, pool.submit(run, numbers)) for numbers in self._batches(prepared)]

    def _batches(self, prepared: Sequence[Prepared]) -> list[list[int]]:
        """Texts of one padded length together, longest first; a text of several windows, or of none, goes alone."""
        by_length: dict[int, list[int]] = {}
        batches = []
        for number, item in enumerate(prepared):
            if len(item.windows) == 1:
                by_length.setdefault(padded_length(len(item.pieces), self.directory.spec.buckets), []).append(number)
            else:
                batches.append([number])
        for length, numbers in sorted(by_length.items(), reverse=True):
            size = max(1, self._batch_pieces // length)
            batches += [numbers[i : i + size] for i in range(0, len(numbers), size)]
        return batches

    def _encode(self, batch: list[Prepared]) -> list[Rows]:
        """Encode the windows of texts; windows of different padded lengths go one after the other."""
        windows = [(i, start, end) for i, item in enumerate(batch) for start, end in item.windows]
        rows: list[Rows] = [[] for _ in batch]
        spec = self.directory.spec
        for part in [windows] if len(windows) == len(batch) else [[window] for window in windows]:
            if part:
                length = padded_length(max(end - start for _, start, end in part), spec.buckets)
                inputs = [(batch[i].pieces.ids[start:end], batch[i].pieces.cases[start:end]) for i, start, end in part]
                made = make_batch(inputs, length, spec.special.pad, spec.special.cls, spec.special.sep)
                for (i, _, _), found in zip(part, encode_halving(self.runtime, made), strict=True):
                    rows[i].append(found)
        return rows

    # from scores to records -------------------------------------------------------------------------------------------

    def _extract(self, batch: list[tuple[Prepared, None, Rows]]) -> list[Extraction]:
        tables = [(item.pieces, self._scores(item, rows)) for item, _, rows in batch]
        placed = decode_spans(tables, self.directory)
        return [self._extraction(item, rows, spans) for (item, _, rows), spans in zip(batch, placed, strict=True)]

    def _scores(self, item: Prepared, rows: Rows) -> Floats:
        tables = [enc.tags[row, 1 : end - start + 1] for (enc, row), (start, end) in zip(rows, item.windows, strict=True)]
        return merge_scores(item, tables) if tables else np.zeros((0, len(self.directory.spec.tags)), dtype=np.float32)

    def _extraction(self, item: Prepared, rows: Rows, placed: list[Placed]) -> Extraction:
        spans = tuple(one.span for one in placed)
        chains = self._chains(item, rows, placed)
        types = tuple(self.labels.index(majority([spans[i].label for i in chain])) for chain in chains)
        chained = Chained(tuple((one.first, one.last) for one in placed), chains, types)
        firsts = np.array([chain[0] for chain in chains], dtype=np.int64)
        return Extraction(spans, chains, strongest(self._links(item, rows, chained, firsts)))

    def _chains(self, item: Prepared, rows: Rows, placed: list[Placed]) -> tuple[tuple[int, ...], ...]:
        """Which spans are the same thing: by the coreference head, or by the rules of names where the model has none."""
        spans = [one.span for one in placed]
        if self.directory.spec.coreference is None or len(spans) < 2:
            return chain_spans(item.text, spans)
        seen = surface(item.text, spans)
        places = [(one.first, one.last) for one in placed]
        types = [self.labels.index(writing.type) for writing in seen.writings]
        scores = np.zeros(len(seen.pairs), dtype=np.int64)
        for asked in ask_names(seen, places, types, item.windows):
            encoded, row = rows[asked.window]
            start, end = item.windows[asked.window]
            odds = self.runtime.join(encoded, row, end - start + 2, asked.question)
            scores[asked.pairs] = calibrated(odds, self.directory.calibration.chains)
        groups = join_names(len(seen.writings), seen.pairs.tolist(), scores.tolist(), self.directory.calibration.join)
        chains: dict[int, list[int]] = {}
        for writing, group in zip(seen.writings, groups, strict=True):
            chains.setdefault(group, []).extend(writing.spans)
        return tuple(sorted(tuple(sorted(chain)) for chain in chains.values()))

    def _relate_given(self, batch: list[tuple[Prepared, Chained, Rows]]) -> list[tuple[Link, ...]]:
        names = [np.arange(len(chained.chains)) for _, chained, _ in batch]
        return [strongest(self._links(item, rows, chained, n)) for (item, chained, rows), n in zip(batch, names, strict=True)]

    def _links(
        self, item: Prepared, rows: Rows, chained: Chained, names: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    ) -> list[Link]:
        links = []
        for asked in ask(chained, item.windows, self._possible):
            margins = self._margins(item, rows, asked)
            allowed = self._mask[asked.head_types, asked.tail_types]
            links += decode_links(margins, allowed, names[asked.heads], names[asked.tails], self.directory)
        return links

    def _margins(self, item: Prepared, rows: Rows, asked: Asked) -> Floats:
        encoded, row = rows[asked.window]
        start, end = item.windows[asked.window]
        return self.runtime.relate(encoded, row, end - start + 2, asked.question)


def model_key(fingerprint: str, precision: str) -> str:
    """The key of all extractions by a model: its fingerprint, declared precision, and the versions of decoder and chain rules."""
    return digest("extractions", DECODER_VERSION, NAMES_VERSION, SURFACE_VERSION, fingerprint, precision)


def encode_halving(runtime: Runtime, batch: Batch) -> Rows:
    """Encode a batch; when memory runs out, encode its two halves, down to one row. Rows in order."""
    try:
        encoded = runtime.encode(batch)
        return [(encoded, row) for row in range(len(batch.ids))]
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        count, length = batch.ids.shape
        if count == 1:
            raise KgbuildError(
                f"not enough memory to read one passage of {length} word-pieces: close other programs"
            ) from error
    log.warning("not enough memory for a batch of %d passages of %d word-pieces: halving it", count, length)
    middle = count // 2
    parts = (Batch(batch.ids[part], batch.cases[part], batch.lengths[part]) for part in (slice(middle), slice(middle, None)))
    return [row for part in parts for row in encode_halving(runtime, part)]


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a runtime's exception means that memory ran out; their libraries have no common type for it."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(
        sign in text for sign in ("out of memory", "bad_alloc", "can't allocate memory")
    )


def _in_order(parts: list[tuple[list[int], Future[list[Result]]]]) -> Iterator[Result]:
    found: dict[int, Result] = {}
    for numbers, future in parts:
        found.update(zip(numbers, future.result(), strict=True))
    for number in range(len(found)):
        yield found.pop(number)
