"""A number with its noun, in the singular where it is one."""


def counted(number: int, one: str, many: str = "") -> str:
    """1 document, 2,281 documents; many: the plural where an s at the end does not make it, verbs included."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
