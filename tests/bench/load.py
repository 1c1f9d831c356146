"""A small HTTP load generator: keep-alive connections, one request in flight on each, as little Python as possible."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass
class Result:
    """What a run measured: how many answers of which status, their latencies in seconds, and how long it all took."""

    seconds: float
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """A latency in milliseconds that this share of the answers kept to."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def request(method: str, path: str, headers: dict[str, str], body: object = None) -> bytes:
    """One HTTP/1.1 request as bytes."""
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if data:
        lines.append("Content-Type: application/json")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


async def run(port: int, make: Callable[[int], bytes], *, in_flight: int, seconds: float) -> Result:
    """Send requests over `in_flight` connections for so many seconds; `make` gives each by its number."""
    result = Result(seconds)
    numbers = iter(range(10**12))
    stop = time.perf_counter() + seconds
    started = time.perf_counter()
    await asyncio.gather(*(_one(port, make, numbers, stop, result) for _ in range(in_flight)))
    result.seconds = time.perf_counter() - started
    return result


async def _one(port: int, make: Callable[[int], bytes], numbers: Iterable[int], stop: float, result: Result) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in numbers:
        began = time.perf_counter()
        if began > stop:
            break
        writer.write(make(number))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        result.latencies.append(time.perf_counter() - began)
        result.statuses[status] = result.statuses.get(status, 0) + 1
    writer.close()
