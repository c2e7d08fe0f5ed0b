"""One load by neo4j-graphrag's writer, in an environment of its own (see neo4j_load.py): URI PASSWORD FILE -> seconds."""

import asyncio
import json
import sys
import time
from pathlib import Path

from neo4j import GraphDatabase
from neo4j_graphrag.experimental.components.kg_writer import Neo4jWriter
from neo4j_graphrag.experimental.components.types import Neo4jGraph, Neo4jNode, Neo4jRelationship


def main():
    uri, password, path = sys.argv[1:4]
    nodes, edges = [], []
    for line in Path(path).read_text("utf-8").splitlines():
        match json.loads(line):
            case [id, label, properties]:
                nodes.append(Neo4jNode(id=id, label=label, properties=properties))
            case [start, end, type, properties]:
                edges.append(Neo4jRelationship(start_node_id=start, end_node_id=end, type=type, properties=properties))
    graph = Neo4jGraph(nodes=nodes, relationships=edges)
    with GraphDatabase.driver(uri, auth=("neo4j", password)) as driver:
        writer = Neo4jWriter(driver)
        started = time.perf_counter()
        result = asyncio.run(writer.run(graph))
        seconds = time.perf_counter() - started
    if result.status != "SUCCESS":
        sys.exit(str(result))
    print(seconds)


main()
