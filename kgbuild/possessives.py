"""Names that end in a possessive: what trims names and what compares them both leave these whole."""

_NAMES = frozenset(
    (
        *("macy's", "mcdonald's", "levi's", "lowe's", "kohl's", "wendy's", "denny's", "domino's", "sotheby's", "christie's"),
        *("moody's", "lloyd's", "sainsbury's", "applebee's", "arby's", "dick's", "sam's", "trader joe's", "kellogg's"),
        *("hershey's", "reese's", "barron's", "jack daniel's", "tiffany's", "men's", "women's", "children's", "hardee's"),
        *("chili's", "papa john's", "ben & jerry's", "bloomingdale's", "harrod's", "st. john's", "st. mary's"),
    )
)


def ends_in_its_own_s(name: str) -> bool:
    """Whether the possessive at the end of a name belongs to it: without it the name would be somebody else's."""
    return name.strip().casefold().replace("’", "'") in _NAMES
