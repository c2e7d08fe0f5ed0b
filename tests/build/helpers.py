"""Short cuts that the tests of rules on claims share."""


def spans(text, name):
    """Where a name stands in a text: at least once."""
    found = [(at, at + len(name)) for at in range(len(text)) if text.startswith(name, at)]
    assert found, f"{name!r} is not in the text"
    return found
