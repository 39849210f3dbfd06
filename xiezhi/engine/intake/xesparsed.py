"""XES by way of expat: all of XML, hence slower than `xesplain`."""

import pyexpat
from collections.abc import Iterable, Iterator

import pyarrow as pa

from xiezhi.engine.intake.faults import NONE
from xiezhi.engine.intake.raw import MOST_HEADINGS, RawBatch, heading
from xiezhi.engine.intake.refusals import NotXes

LONGEST = 1 << 20  # bytes of one tag with its attributes
_DEEPEST = 64
_BATCH = 20_000  # records
_SIP = 1 << 18  # bytes given to the parser at once, so that a tag without end is noticed
ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def parsed(path: str, chunks: Iterable[bytes], wanted: frozenset[str], headings: dict[str, None]) -> Iterator[RawBatch]:
    """Yield the events of a log; ``headings`` grows with what is seen.

    Raises:
        NotXes: see ``XesReader.batches``.
    """
    log = _Log(path, wanted, headings)
    for chunk in chunks:
        for begin in range(0, len(chunk), _SIP):
            log.feed(chunk[begin : begin + _SIP])
            if len(log.rows) >= _BATCH:
                yield log.batch()
    log.end()
    yield log.batch()


class _Log:
    """What the parser has seen since the last batch.

    ``around`` holds the local names of the open tags. An attribute counts only right inside an event, a trace or a
    ``<global>``: deeper ones are attributes of attributes.
    """

    def __init__(self, path: str, wanted: frozenset[str], headings: dict[str, None]) -> None:
        self.path = path
        self.wanted = wanted
        self.headings = headings
        self.traces = 0
        self.rows: list[dict[str, str]] = []
        self.lines: list[int] = []
        self.whole: list[bool] = []
        self.around: list[str] = []
        self.trace: dict[str, str] = {}
        self.trace_line = 0
        self.events = 0  # of the trace that is open
        self.unfinished = 0  # rows at the end whose trace is still open
        self.event: dict[str, str] = {}
        self.scope = ""  # of the <global> that is open
        self.fed = 0
        self.parser = pyexpat.ParserCreate("utf-8")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, chunk: bytes) -> None:
        """Parse some bytes."""
        self.fed += len(chunk)
        self._parse(chunk, final=False)
        if self.fed - max(self.parser.CurrentByteIndex, 0) > LONGEST + _SIP:
            raise NotXes(self.path, f"line {self.parser.CurrentLineNumber}: a tag is longer than 1 MiB")

    def end(self) -> None:
        """Parse the end of the file."""
        self._parse(b"", final=True)
        if not self.traces:
            raise NotXes(self.path, "holds no trace: a log without cases cannot be checked")

    def batch(self) -> RawBatch:
        """Return the records gathered, those of a trace that is still open left for the next time unless it is long."""
        if self.unfinished >= _BATCH:
            self._finish_trace()
        size = len(self.rows) - self.unfinished
        rows, self.rows = self.rows[:size], self.rows[size:]
        lines, self.lines = self.lines[:size], self.lines[size:]
        whole, self.whole = self.whole[:size], self.whole[size:]
        columns = {
            name: pa.array([row.get(name) for row in rows], pa.string())
            for name in sorted(self.wanted & self.headings.keys())
        }
        return RawBatch(columns, pa.array(lines, pa.int64()), {}, pa.array(whole, pa.bool_()), NONE)

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self.parser.Parse(chunk, final)
        except pyexpat.ExpatError as error:
            reason = pyexpat.ErrorString(error.code)
            raise NotXes(self.path, f"line {error.lineno}: is not well-formed XML: {reason}") from error

    def _start(self, name: str, attributes: list[str]) -> None:
        tag = name.rpartition(":")[2]
        around = self.around
        if tag in ATTRIBUTES:
            self._attribute(around[-1] if around else "", attributes)
        elif tag == "event":
            self.event = {}
            self.rows.append(self.event)
            self.lines.append(self.parser.CurrentLineNumber)
            self.whole.append(True)
            self.unfinished += 1
            self.events += 1
        elif tag == "trace":
            self.traces += 1
            self.trace, self.trace_line, self.events, self.unfinished = {}, self.parser.CurrentLineNumber, 0, 0
        elif tag == "global":
            self.scope = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("scope", "")
        elif not around and tag != "log":
            raise NotXes(self.path, f"line {self.parser.CurrentLineNumber}: begins with <{name}>, not with <log>")
        around.append(tag)
        if len(around) > _DEEPEST:
            raise NotXes(
                self.path, f"line {self.parser.CurrentLineNumber}: more than {_DEEPEST} tags inside each other"
            )

    def _attribute(self, inside: str, attributes: list[str]) -> None:
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        key, value = heading(given.get("key", "")), given.get("value")
        if inside == "event":
            self._see(key)
            if value and key in self.wanted and not key.startswith("case:"):
                self.event[key] = value
        elif inside == "trace":
            key = f"case:{key}"
            self._see(key)
            if value and key in self.wanted:
                self.trace[key] = value
        elif inside == "global" and self.scope in {"event", "trace"}:
            self._see(key if self.scope == "event" else f"case:{key}")

    def _see(self, name: str) -> None:
        if name not in self.headings:
            if len(self.headings) >= MOST_HEADINGS:
                raise NotXes(self.path, f"has more than {MOST_HEADINGS} different keys")
            self.headings[name] = None

    def _end(self, _name: str) -> None:
        if self.around.pop() == "trace":
            if not self.events:
                self.rows.append({})
                self.lines.append(self.trace_line)
                self.whole.append(False)
                self.unfinished = 1
            self._finish_trace()

    def _finish_trace(self) -> None:
        """Write the attributes of the trace into its events: they may stand after them."""
        if self.unfinished:
            for row in self.rows[-self.unfinished :]:
                row.update(self.trace)
        self.unfinished = 0

    def _refuse_doctype(self, *_declared: object) -> None:
        raise NotXes(
            self.path, f"line {self.parser.CurrentLineNumber}: a document type is not read: remove <!DOCTYPE …>"
        )
