from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbuild.pipeline.resolving import names
from kgbuild.resolution.cluster import cluster
from kgbuild.resolution.compare import WEIGHTS, explanation, rivals
from kgbuild.resolution.keys import MAX_BUCKET, NameNode, acronyms_of, buckets, called, edges
from kgbuild.resolution.names import normalise
from tests.resolution.helpers import graph_of, marked, one, resolved

SUBSIDIARIES = Path(__file__).parents[1] / "data" / "resolution" / "exxonmobil_subsidiaries.txt"


def org(key, *acronyms):
    return NameNode("Organization", key, frozenset(acronyms))


@pytest.mark.parametrize(
    "documents",
    [
        ["The [O General Services Administration] (GSA).", "[O GSA]", "The [O U.S. General Services Administration (GSA)]"],
        ["[O Department of Health and Human Services] (HHS)", "[O HHS]", "[O U.S. Department of Health & Human Services]"],
        ["[P Qasem Soleimani] ... [P Soleimani]", "[P General Qasem Soleimani]"],
        ["[P Alex Azar]. Secretary [P Azar]", "[P Secretary Alex Azar]"],
        ["[O THE BUCKLE, INC.]", "[O The Buckle, Inc.]", "[O Buckle]"],
        ["[L U.S.]", "[L United States]", "[L USA]", "[L American] voters"],
        ["[L Germany]", "the [M German] government", "the [M Germans]"],
        ["[L Germany]", "the [M German] government", "the [L German] government"],
        ["[L Germany]", "in [L German] (the place is read as one)"],
        ["[L Europe]", "[L European] leaders", "the [M Europeans]"],
        ["[P John F. Kennedy]", "[P John Kennedy]", "[P J. Kennedy]"],
        ["[O Exxon Mobil Corporation]", "[O ExxonMobil]", "[O Exxon Mobil Corp.]"],
        ["[O Centers for Disease Control] (CDC)", "[O Centers for Disease Control and Prevention] (CDC)", "[O CDC]"],
        ["[M Privacy Act of 1974]", "the [M Privacy Act]", "[M Privacy Act 1974]"],
        ["[M FAFSA®]", "[M FAFSA]"],
    ],
)
def test_a_corpus_calls_one_thing_by_these_names(documents):
    assert len(resolved(*documents)) == 1


@pytest.mark.parametrize(
    "documents",
    [
        ["[O GSA]", "[O General Services Administration]"],
        ["[O Alpha Beta Council] (ABC)", "[O American Bread Company] (ABC)", "[O ABC]"],
        ["[O SeaRiver Maritime Inc.]", "[O SeaRiver Maritime LLC]", "[O SeaRiver Maritime]"],
        ["[O U.S. Department of Health]", "[O UK Department of Health]", "[O Department of Health]"],
        ["[L Washington, D.C.]", "[L Washington]"],
        ["[M USA.gov]", "[L USA]", "[M USA]"],
        ["[O Data.gov]", "[O Digital.gov]"],
        ["[P J. Smith]", "[P John Smith]", "[P Jane Smith]"],
        ["[P John F. Kennedy]", "[P John Q. Kennedy]", "[P John Kennedy]"],
        ["[P George Bush Jr.]", "[P George Bush]"],
        ["[P Smith A.]", "[P Smith B. A.]"],
        ["[L Germany]", "translated into [M German]"],
        ["[L Europe]", "[O European Union]", "[O European Commission]"],
        ["[O National Corp.]", "[O National]"],
        ["[O Canada Imperial Oil Limited]", "[O Imperial Oil Limited]"],
        ["[P Washington]", "[L Washington]", "[O Washington]"],
        ["[X Widget Inc.]", "[X Widget]"],
        ["[M Securities Act of 1933]", "[M Securities Act of 1934]", "[M Securities Act]"],
        ["[M Census 2010]", "[M Census]"],
    ],
)
def test_a_corpus_means_several_things_by_these_names(documents):
    found = resolved(*documents)
    assert len(found) == len(documents)


def test_any_two_subsidiaries_of_one_company_stay_apart():
    names = [line for line in SUBSIDIARIES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    keys = {normalise("Organization", name) for name in names}
    assert len(names) == len(keys) == 116
    graph = graph_of([org(key) for key in keys])
    assert not [edge for edge in graph.edges(data="weight") if edge[2] > 0]


def test_an_edge_says_why():
    (edge,) = edges("core/Organization/buckle", [org("buckle inc"), org("buckle")])
    assert (edge.left, edge.right) == ("Organization/buckle", "Organization/buckle inc")
    assert edge.reasons == (("legal_form_left_out", 50),) and edge.weight == 50


def test_spellings_whose_common_words_spell_the_acronym_are_no_rivals():
    spelled = ["health and human services", "department of health and human services", "today health and human services"]
    found = edges("acronym//hhs", [org("hhs"), *(org(key, "hhs") for key in spelled)])

    assert {edge.weight for edge in found if "Organization/hhs" in (edge.left, edge.right)} == {60}
    other = edges("acronym//hhs", [org("hhs"), org(spelled[0], "hhs"), org("harbour house school", "hhs")])
    assert all(edge.weight < 0 for edge in other)


def person(key, *forms):
    return NameNode("Person", key, acronyms_of("Person", key, (), forms))


GSA = org("general services administration", "gsa")


def test_a_person_that_is_never_written_but_as_an_acronym_is_the_body_that_documents_define_it_for():
    assert "acronym//gsa" in buckets(person("gsa", "GSA", "G.S.A."))
    found = edges("acronym//gsa", [person("gsa", "GSA"), org("gsa"), GSA])
    assert {(edge.left, edge.right, edge.weight) for edge in found} == {
        ("Organization/general services administration", "Organization/gsa", 60),
        ("Organization/general services administration", "Person/gsa", 60),
        ("Organization/gsa", "Person/gsa", 60),
    }
    assert ("read_as_person", 60) in found[-1].reasons


def test_a_person_stays_one_who_is_written_otherwise_or_whose_acronym_nobody_defines():
    assert buckets(person("dan", "DAN", "Dan")) == ("called/Person/dan",)
    assert buckets(person("va", "VA")) == ()
    assert edges("acronym//gsa", [person("gsa", "GSA"), org("gsa")]) == ()
    airport = NameNode("Location", "john f kennedy airport", frozenset(["jfk"]))
    assert edges("acronym//jfk", [person("jfk", "JFK"), airport]) == ()
    rivals = edges("acronym//gsa", [person("gsa", "GSA"), GSA, org("grain standards act", "gsa")])
    assert all(edge.weight < 0 for edge in rivals)


CALLED = ["[P Donald Trump] spoke. [P Trump] left."] * 2
NAMED = ["[P Donald Trump]"]


@pytest.mark.parametrize(
    ("documents", "joined"),
    [
        ([*CALLED, *NAMED * 14], True),
        ([*CALLED, *NAMED * 14, *["[P Ivanka Trump]"] * 3], True),
        ([*CALLED, *NAMED * 14, *["[P Ivanka Trump]"] * 7], True),
        ([*CALLED, *NAMED * 13], False),  # few documents
        ([*CALLED[:1], *NAMED * 30], False),  # who is called so once, by a slip perhaps
        ([*CALLED, *NAMED * 14, *["[P Ivanka Trump]"] * 8], False),
        ([*CALLED, *NAMED * 14, *["[P Ivanka Trump]", "[P Mary Trump]"] * 4], False),
        ([*CALLED, *NAMED * 14, *["[P Trump Jones]"] * 8], False),  # others are called so by their first name
        ([*CALLED, *NAMED * 14, *["[P Donald J. Trump]"] * 8], True),  # the same person
        ([*CALLED, *CALLED, *["[P Donald J. Trump]"] * 16], True),
    ],
)
def test_a_last_name_alone_means_the_one_person_of_whom_the_corpus_speaks(documents, joined):
    (found,) = (group for group in resolved(*documents, "[P Trump]") if "Person/trump" in group)
    assert ("Person/donald trump" in found or "Person/donald j trump" in found) == joined


AGENCY = "The [O General Services Administration] leases. [O GSA] says so."
US_AGENCY = "The [O U.S. General Services Administration] leases. [O GSA] says so."
ANOTHER = "The [O Gulf Shipping Association] met. [O GSA] says so."


@pytest.mark.parametrize(
    ("documents", "joined"),
    [
        ([AGENCY] * 3, True),
        ([AGENCY] * 2, False),
        ([AGENCY, AGENCY, US_AGENCY], True),  # one thing in two spellings
        ([*[AGENCY] * 3, ANOTHER], False),
        ([*[AGENCY] * 4, ANOTHER], True),
        ([*[AGENCY] * 2, *[US_AGENCY] * 2, ANOTHER], True),
    ],
)
def test_a_name_means_what_other_documents_call_so(documents, joined):
    units = [unit for text in documents for unit in marked(text, chains=[(0, 1)])]  # as a model joins them
    graph = graph_of(names([*units, *marked("[O GSA]")]))
    (found,) = (group for group in cluster(graph) if "Organization/gsa" in group)
    assert ("Organization/general services administration" in found) == joined
    assert "Organization/gulf shipping association" not in found


def test_a_word_for_a_country_means_the_country_whatever_documents_call_so():
    english = NameNode("Miscellaneous", "english language", calls=frozenset([("english", 8)]))
    assert edges("called/Miscellaneous/english", [NameNode("Miscellaneous", "english"), english]) == ()
    web = NameNode("Miscellaneous", "web standards", calls=frozenset([("standards", 8)]))
    (edge,) = edges("called/Miscellaneous/standards", [NameNode("Miscellaneous", "standards"), web])
    assert edge.reasons == (("called_so", 60),)


def test_a_name_that_documents_call_so_joins_all_spellings_whatever_one_of_them_defines_it_for():
    documents = ["[O Department of Veterans Affairs] (VA): the [O VA]."] * 9 + ["[O Veterans Administration] (VA): the [O VA]."]
    found = resolved(*documents, "[O VA]", "[O U.S. Department of Veterans Affairs]")
    (group,) = (group for group in found if "Organization/va" in group)
    names_of_it = ("va", "department of veterans affairs", "us department of veterans affairs")
    assert group == {f"Organization/{name}" for name in names_of_it}


def test_one_document_more_seldom_changes_how_a_thing_is_called():
    for type, key, short in (("Person", "donald trump", "Trump"), ("Organization", "acme group", "Acme")):
        counts = [called(type, key, [(key, short)] * number) for number in range(4, 1025)]
        assert len(set(counts)) == len({number.bit_length() for number in range(4, 1025)}), type


def test_a_generation_and_a_short_last_name_stand_for_nobody():
    for name, short in (("Ken Griffey Jr.", "Jr."), ("Ban Li", "Li")):
        documents = [f"[P {name}] spoke. [P {short}] left."] * 20
        assert all(len(group) == 1 for group in resolved(*documents, f"[P {short}]"))


def test_names_that_could_be_meant_as_well_forbid_an_edge_and_are_named_as_the_reason():
    found = edges("acronym/Organization/abc", [org("abc"), org("alpha beta council", "abc"), org("american bread co", "abc")])
    assert {edge.weight for edge in found} == {-140}
    assert all(edge.reasons[-1] == ("rivals", -200) for edge in found)


def test_a_country_without_demonyms_and_a_lonely_name_have_no_empty_bucket():
    assert buckets(NameNode("Location", "boston")) == ("acronym//boston", "called/Location/boston")
    assert buckets(NameNode("Gadget", "widget two")) == ("called/Gadget/widget two",)
    assert "demonym//germany" in buckets(NameNode("Miscellaneous", "germans"))


def test_every_feature_explains_itself():
    assert all(len(explanation(feature.__name__)) > 20 and explanation(feature.__name__).endswith(".") for feature in WEIGHTS)
    assert explanation("rivals") == rivals.__doc__
    assert explanation("last_name_alone").startswith("A last name alone")
    assert explanation("called_so").startswith("Documents that give the one name")
    assert explanation("a judgement") == "a judgement"


KEYS = st.sampled_from(
    [
        "gsa",
        "general services administration",
        "us general services administration",
        "buckle",
        "buckle inc",
        "buckle llc",
        "great services agency",
    ]
)
NODES = st.lists(st.builds(lambda k, a: org(k, *a), KEYS, st.sets(st.just("gsa"))), max_size=7, unique_by=lambda node: node.key)


@given(NODES, st.randoms(use_true_random=False))
def test_edges_depend_on_a_buckets_content_alone(nodes, random):
    shuffled = nodes * 2
    random.shuffle(shuffled)
    for bucket in {bucket for node in nodes for bucket in buckets(node)}:
        inside = [node for node in nodes if bucket in buckets(node)]
        again = [node for node in shuffled if bucket in buckets(node)]
        assert edges(bucket, inside) == edges(bucket, again)


def test_an_overfull_bucket_costs_no_more_than_its_neighbours():
    nodes = [NameNode("Person", f"j{'abcdefghijklmnopqrstuvwxyz'[i % 26]}{i:03} smith") for i in range(400)] + [
        NameNode("Person", "j smith")
    ]
    assert len(nodes) > MAX_BUCKET
    assert all(edge.weight < 0 for edge in edges("person/Person/j smith", nodes))


def test_what_corpus_clusters_look_like():
    assert resolved("[O Buckle]", "[O The Buckle, Inc.]", "[L Oslo]") == {
        one("Organization/buckle", "Organization/buckle inc"),
        one("Location/oslo"),
    }
