from itertools import combinations

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbuild.errors import BuildError
from kgbuild.hashing import digest
from kgbuild.resolution.cluster import cluster
from tests.resolution.helpers import one

NODES = "abcdefg"


@st.composite
def graphs(draw):
    names = NODES[: draw(st.integers(1, 7))]
    weights = {pair: draw(st.integers(-60, 60) | st.just(10)) for pair in combinations(names, 2) if draw(st.booleans())}
    return names, weights


def graph_of(names, weights):
    graph = networkx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from((a, b, w) for (a, b), w in weights.items())
    return graph


def between(left, right, weights):
    return [w for (a, b), w in weights.items() if (a in left and b in right) or (b in left and a in right)]


def naive(names, weights, apart=()):
    """The definition: join the two clusters of the largest positive sum, ties by the smallest hashes, until none is left."""
    hash = {name: digest("resolution.cluster", name) for name in names}
    clusters = [frozenset(name) for name in names]
    while True:
        options = []
        for left, right in combinations(clusters, 2):
            if not any((a in left and b in right) or (b in left and a in right) for a, b in apart):
                tie = sorted((min(hash[x] for x in left), min(hash[x] for x in right)))
                options.append((-sum(between(left, right, weights)), tie, left, right))
        best = min(options, key=lambda option: option[:2], default=(0,))
        if best[0] >= 0:
            return set(clusters)
        clusters = [c for c in clusters if c not in best[2:]] + [best[2] | best[3]]


def partitions(items):
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for partition in partitions(rest):
        yield [[first], *partition]
        for index, block in enumerate(partition):
            yield [*partition[:index], [first, *block], *partition[index + 1 :]]


def objective(partition, weights):
    of = {node: index for index, block in enumerate(partition) for node in block}
    return sum(w for (a, b), w in weights.items() if of[a] == of[b])


@given(graphs(), st.sets(st.sampled_from(list(combinations(NODES, 2))), max_size=3))
def test_clusters_are_those_of_the_definition(graph, apart):
    names, weights = graph
    apart = frozenset(pair for pair in apart if set(pair) <= set(names))
    assert set(cluster(graph_of(names, weights), apart)) == naive(names, weights, apart)


@settings(max_examples=60)
@given(graphs())
def test_no_partition_is_better_than_the_best_and_greedy_lies_between(graph):
    names, weights = graph
    best = max(objective(partition, weights) for partition in partitions(list(names)))
    found = objective(cluster(graph_of(names, weights)), weights)
    assert 0 <= found <= best
    assert found > 0 or best <= 0


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_nodes_and_edges_does_not_matter(graph, random):
    names, weights = graph
    order, edges = list(names), [(b, a, w) for (a, b), w in weights.items()]
    random.shuffle(order)
    random.shuffle(edges)
    other = networkx.Graph()
    other.add_nodes_from(order)
    other.add_weighted_edges_from(edges)
    assert cluster(other) == cluster(graph_of(names, weights))


@given(graphs())
def test_without_negative_edges_clusters_are_components(graph):
    names, weights = graph
    positive = graph_of(names, {pair: abs(weight) + 1 for pair, weight in weights.items()})
    assert set(cluster(positive)) == {frozenset(c) for c in networkx.connected_components(positive)}


@given(
    graphs(),
    st.sets(st.sampled_from(list(combinations(NODES, 2))), max_size=3),
    st.sets(st.sampled_from(list(combinations(NODES, 2))), max_size=3),
)
def test_a_persons_word_is_hard_or_refused(graph, apart, together):
    names, weights = graph
    apart = frozenset(pair for pair in apart if set(pair) <= set(names))
    together = frozenset(pair for pair in together if set(pair) <= set(names))
    joined = networkx.Graph(list(together))
    joined.add_nodes_from(names)
    contradiction = any(networkx.has_path(joined, a, b) for a, b in apart)
    if contradiction:
        with pytest.raises(BuildError, match="undo one"):
            cluster(graph_of(names, weights), apart, together)
        return
    of = {node: group for group in cluster(graph_of(names, weights), apart, together) for node in group}
    assert sorted(of) == sorted(names)
    assert all(of[a] != of[b] for a, b in apart)
    assert all(of[a] == of[b] for a, b in together)


def test_evidence_against_counts():
    weights = {("a", "b"): 50, ("b", "c"): 40, ("a", "c"): -60}
    assert set(cluster(graph_of("abc", weights))) == {one("a", "b"), one("c")}


def test_a_judgement_on_a_lost_node_is_an_error():
    with pytest.raises(BuildError, match="'z', which is not in this component"):
        cluster(graph_of("ab", {}), frozenset({("a", "z")}))


def test_a_chain_of_thousands_is_clustered_in_time():
    names = [f"n{i}" for i in range(3000)]
    graph = networkx.path_graph(names)
    networkx.set_edge_attributes(graph, 10, "weight")
    assert cluster(graph) == (frozenset(names),)
