"""Names of packages -> their versions, for the records of training runs."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version


def versions_of(packages: Iterable[str]) -> dict[str, str]:
    """Versions by name, of those that are installed."""
    return {name: found for name in packages if (found := _version(name))}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # kgbuild itself, run from its sources
        return ""
