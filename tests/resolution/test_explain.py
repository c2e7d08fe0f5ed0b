from kgbuild.resolution.cluster import cluster
from kgbuild.resolution.explain import explain
from tests.resolution.helpers import graph_of, nodes_of


def test_a_path_of_edges_says_why_two_names_are_one():
    graph = graph_of(
        nodes_of("[O General Services Administration] (GSA)", "[O GSA]", "[O U.S. General Services Administration]")
    )
    (members,) = cluster(graph)
    path = explain(graph, members, "Organization/gsa", "Organization/us general services administration")
    assert [(step.left, step.right) for step in path] == [
        ("Organization/gsa", "Organization/general services administration"),
        ("Organization/general services administration", "Organization/us general services administration"),
    ]
    assert path[0].reasons == (
        ("defined_acronym", 60, 'A document defines the one as short for the other: "Long Name (ABC)".'),
    )
    assert path[1].weight == sum(weight for _, weight, _ in path[1].reasons) > 0


def test_nothing_explains_what_is_not_joined():
    graph = graph_of(nodes_of("[O SeaRiver Maritime Inc.]", "[O SeaRiver Maritime LLC]"))
    left, right = sorted(graph)
    assert explain(graph, {left, right}, left, right) == ()
    assert explain(graph, {left}, left, left) == ()
    assert graph[left][right]["weight"] < 0
    assert graph[left][right]["reasons"][0][0] == "other_legal_form"
