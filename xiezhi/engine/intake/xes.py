"""XES logs as a stream, flattened to the names of their CSV form: ``case:`` + key of the trace, event keys as they are.

Only what stands in the file is taken: ``<global>`` defaults never fill a gap (their keys count as headings, so that a
column that happens to be empty is still fed). Attributes inside attributes are not part of the flat form.
"""

from collections.abc import Iterator

from xiezhi.engine.intake.encodings import Survey, utf8_chunks
from xiezhi.engine.intake.raw import RawBatch
from xiezhi.engine.intake.streams import Seen
from xiezhi.engine.intake.xesparsed import parsed
from xiezhi.engine.intake.xesplain import Irregular, plain


class XesReader:
    """An XES log; each event is a record, and a trace without events is one, marked as not whole."""

    known = False

    def __init__(self, surveyed: Survey, seen: Seen) -> None:
        self.surveyed = surveyed
        self.seen = seen
        self.headings: dict[str, None] = {}

    def batches(self, wanted: frozenset[str]) -> Iterator[RawBatch]:
        """Yield the events in order.

        A log as tools write it is read by arrays; at the first thing out of the ordinary (a comment, nested
        attributes) the file is begun again with a parser of all of XML, which gives the same records.

        Raises:
            NotXes: not well formed, a document type, a tag beyond 1 MiB, too deep, or no trace at all.
        """
        path = str(self.surveyed.path)
        given = 0
        try:
            for batch in plain(path, utf8_chunks(self.surveyed, self.seen), wanted, self.headings):
                given += len(batch.line)
                yield batch
        except Irregular:
            again = utf8_chunks(self.surveyed, lambda _piece: None)
            for batch in parsed(path, again, wanted, self.headings):
                skipped = min(given, len(batch.line))
                given -= skipped
                yield batch.after(skipped)
