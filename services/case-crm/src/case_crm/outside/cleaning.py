"""Takes out of a file what it says of who made it, where and when. Run, it is a process of its own, that a bad file may break.

It reads the file from its standard input, as the media type that it is given, and writes it anew.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping

from case_crm.outside.letters import docx
from case_crm.outside.papers import pdf
from case_crm.outside.pictures import image

MOST_MEMORY = 1024**3
MOST_SECONDS = 20  # of processor time

_CLEANS: Mapping[str, Callable[[bytes], bytes]] = {
    "application/pdf": pdf,
    "image/jpeg": lambda content: image(content, "JPEG"),
    "image/png": lambda content: image(content, "PNG"),
    "image/webp": lambda content: image(content, "WEBP"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": docx,
}


def main(media_type: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.buffer.write(_CLEANS[media_type](sys.stdin.buffer.read()))


if __name__ == "__main__":
    main(sys.argv[1])
