"""Where reports come from: declared sources, the network that they are fetched over, and the folder they are put into.

Nothing here reads a report: `pipelines.reports` does, and says whether what came is one.
"""


class SourceError(Exception):
    """Something could not be had: `reason` says what is wrong, `remedy` what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class PassingError(SourceError):
    """What may be well a moment later: `wait` are the seconds that the server asked for, if it did."""

    def __init__(self, reason: str, remedy: str, wait: float | None = None) -> None:
        super().__init__(reason, remedy)
        self.wait = wait
