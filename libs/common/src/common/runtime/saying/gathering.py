"""Reading from the broker: a lone message at once, many together. Woken for each, a busy service did little else."""

from __future__ import annotations

import asyncio

from nats import NATS
from nats.aio.transport import TcpTransport

SHORTEST, LONGEST = 0.008, 0.04  # seconds between two reads while there is always something to read


class Gathering(TcpTransport):  # type: ignore[misc]  # nats-py is untyped
    """A connection that is read now and then while it is busy: the busier the machine, the more rarely."""

    def __init__(self) -> None:
        super().__init__()
        self._apart = SHORTEST
        self._read_at = 0.0

    async def read(self, buffer_size: int) -> bytes:
        await self._gather()
        found: bytes = await super().read(buffer_size)
        self._read_at = asyncio.get_running_loop().time()
        return found

    async def _gather(self) -> None:
        """Wait until it is time to read again. How late we are woken tells how much others wait for the processor."""
        clock = asyncio.get_running_loop().time
        due = self._read_at + self._apart
        socket = self._io_writer.transport if self._io_writer else None
        if clock() >= due or socket is None or socket.is_closing():
            return  # one that was closed cannot be paused: what is left in its buffer is read, and then its end
        socket.pause_reading()
        await asyncio.sleep(due - clock())
        self._apart = min(max(SHORTEST, 4 * (clock() - due)), LONGEST)
        if not socket.is_closing():
            socket.resume_reading()

    def __bool__(self) -> bool:
        return True  # a client that finds its connection "not there yet" makes itself one of another kind

    def at_eof(self) -> bool:
        return bool(self._io_reader is None or super().at_eof())


class Client(NATS):  # type: ignore[misc]  # as above
    """The driver, with this transport. There is no option for it."""

    def __init__(self) -> None:
        super().__init__()
        self._transport = Gathering()

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        """A message's headers. The driver's own way, a look at each letter of each name, costs it more than all the rest."""
        lines = (line.partition(":") for line in raw.decode(errors="replace").split("\r\n") if line)
        return {name: value.strip() for name, _, value in lines}
