"""Names and sentences of a generated graph: functions of small integers, so that a text's length is known before it is made."""

SYLLABLES = (
    "ba", "ber", "bro", "ca", "chen", "da", "del", "dor", "el", "fa", "gar", "hol", "ja", "ka", "kov", "la", "lin", "lo", "ma",
    "mar", "mel", "mo", "na", "nor", "ol", "pe", "qui", "ra", "ri", "ro", "sa", "sen", "shi", "ta", "tor", "ul", "va", "wei", "ya", "zé",
)  # fmt: skip
FIRST = (
    "Ada",
    "Bo",
    "Carla",
    "Dmitri",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Inès",
    "Jun",
    "Kofi",
    "Lucía",
    "Mei",
    "Noor",
    "Omar",
    "Priya",
)
BODIES = (
    "Institute",
    "Bank",
    "Agency",
    "Council",
    "Holdings",
    "University",
    "Laboratories",
    "Trust",
    "Airlines",
    "Union",
    "Society",
    "Group",
)
PLACES = ("", " County", "ton", "ville", " Bay", "burg", " Province", " Heights", "stad", " Island", "mouth", " Valley")
WORKS = (
    "Act",
    "Prize",
    "Symphony",
    "Treaty",
    "Protocol",
    "Festival",
    "Programme",
    "Award",
    "Chronicle",
    "Theorem",
    "Cup",
    "Report",
)

LEADS = (
    "", "In a statement on Monday, ", "According to the report, ", "As the committee was told, ", "After months of talks, ",
    "At the time of the merger, ", "It has been known since the spring that ", "Two officials confirmed that ", "Officially, ",
    "In the years that followed the reform of the service, ", "The minutes of the meeting say that ", "For the second time, ",
    "By all accounts, ", "“On the record”, ", "Although nothing had been announced at that point, ", "In practice – as before – ",
)  # fmt: skip
TAILS = (
    "", ", according to people familiar with the matter", ", and nobody in the room objected to it", " (see the annex)",
    ", which the auditors had asked for in their letter of the previous year", " at the end of the quarter", ", as planned",
    ", a decision that was welcomed by the staff and criticised by almost everybody else who had followed the affair",
    " with effect from the first of January", ", the spokesman said", " under the new rules", " for a period of five years",
    ", although the details of the arrangement have not been made public", ", again", " despite the objections of the board & others",
    ", in line with the recommendations that had been published for comment",
)  # fmt: skip
ROOTS = tuple(f"{first}{second}".capitalize() for first in SYLLABLES for second in SYLLABLES)
FILLERS = len(LEADS) * len(TAILS)
NAMED, CALLS, TURNS = " names ", " as its ", " was at the centre of it"


def name(type: str, mix: int) -> str:
    """The name of an entity: type and a random integer below 2**64 decide it."""
    pick, root = mix // 64_000, ROOTS[mix % 1_600] + SYLLABLES[mix // 1_600 % 40]
    match type:
        case "Person":
            return f"{FIRST[pick % 16]} {'ABCDEFGHJKLMNPRS'[pick // 16 % 16]}. {root}"
        case "Organization":
            return f"{root} {SYLLABLES[pick // 12 % 40].capitalize()}{SYLLABLES[pick // 480 % 40]} {BODIES[pick % 12]}"
        case "Location":
            return f"{SYLLABLES[pick // 12 % 40].capitalize()}{root.lower()}{PLACES[pick % 12]}"
        case _:
            return f"{root} {WORKS[pick % 12]} of {1900 + pick // 12 % 120}"


def aliases(type: str, full: str, mix: int) -> tuple[str, ...]:
    """Other written forms of a name: none for half of the entities."""
    words = full.split()
    match type:
        case "Person":
            found = (words[-1], f"Dr. {words[-1]}", f"{words[0]} {words[-1]}")
        case "Organization":
            found = ("".join(word[0] for word in words), f"the {full}", " ".join(words[1:]))
        case _:
            found = (f"the {full}", full.upper())
    return found[: max(0, mix // 7 % 6 - 2)]


def sentence(subject: str, relation: str, object: str, filler: int) -> str:
    """One sentence that states a fact."""
    return f"{LEADS[filler % 16]}{subject}{NAMED}{object}{CALLS}{relation}{TAILS[filler // 16]}."


def pair(subject: str, relation: str, object: str, filler: int) -> tuple[str, str]:
    """Two sentences that a fact is inferred from; together as long as `sentence`, TURNS and `LEADS[0]` and one full stop more."""
    return f"{LEADS[filler % 16]}{subject}{TURNS}.", f"The new {relation}{NAMED}{object}{CALLS}own{TAILS[filler // 16]}."


def lengths(subject: int, relation: int, object: int, lead: int, tail: int) -> tuple[int, int, int]:
    """Characters of `sentence`, and of both parts of `pair`, from the lengths of their parts (integers or arrays)."""
    one = lead + subject + len(NAMED) + object + len(CALLS) + relation + tail + 1
    first = lead + subject + len(TURNS) + 1
    second = len("The new ") + relation + len(NAMED) + object + len(CALLS) + len("own") + tail + 1
    return one, first, second
