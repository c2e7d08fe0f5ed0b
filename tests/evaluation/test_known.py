from kgbuild.corpora.gold import parse_docred
from kgbuild.evaluation.known import known_facts, known_triples

TRAIN = """[{"title": "", "sents": [["Ann", "of", "New", "York", ",", "NY"]], "vertexSet": [
[{"pos": [0, 1], "sent_id": 0, "type": "PER"}], [{"pos": [2, 4], "sent_id": 0, "type": "LOC"}, {"pos": [5, 6], "sent_id": 0, "type": "LOC"}]],
"labels": [{"h": 0, "t": 1, "r": "P19"}]}]"""
DEV = """[{"title": "", "sents": [["Ann", "and", "Miss", "Ann", "Lee", "NY"]], "vertexSet": [
[{"pos": [0, 1], "sent_id": 0, "type": "PER"}, {"pos": [2, 5], "sent_id": 0, "type": "PER"}], [{"pos": [5, 6], "sent_id": 0, "type": "LOC"}]],
"labels": [{"h": 0, "t": 1, "r": "P19"}, {"h": 0, "t": 1, "r": "P20"}, {"h": 1, "t": 0, "r": "P19"}]}]"""


def test_a_fact_is_known_in_every_writing_of_its_ends():
    assert known_facts(parse_docred(TRAIN)) == {("Ann", "P19", "New York"), ("Ann", "P19", "NY")}


def test_one_known_writing_is_enough_and_relation_and_direction_matter():
    (document,) = parse_docred(DEV)
    assert known_triples(document, known_facts(parse_docred(TRAIN))) == {(0, "P19", 1)}
    assert known_triples(document, frozenset()) == frozenset()
