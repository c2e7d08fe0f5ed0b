"""The functions of Cypher as Neo4j has them (Cypher manual, "Functions"; no graph.*, genai.*, vector.*), in lower case.

Six came after 5.26, which does not know them: ceiling, cosh, coth, ln, sinh, tanh.
"""

FUNCTIONS = frozenset(
    """
    all any exists none single nullif isempty isnan
    coalesce endnode head id elementid last length properties randomuuid size startnode timestamp toboolean tobooleanornull tofloat
    tofloatornull tointeger tointegerornull type valuetype char_length character_length
    avg collect count max min percentilecont percentiledisc stdev stdevp sum
    keys labels nodes range reduce relationships reverse tail tobooleanlist tofloatlist tointegerlist tostringlist
    abs ceil ceiling floor rand round sign e exp log ln log10 sqrt
    acos asin atan atan2 cos cosh cot coth degrees haversin pi radians sin sinh tan tanh
    btrim left lower ltrim normalize replace right rtrim split substring tolower tostring tostringornull toupper trim upper
    date datetime localdatetime localtime time duration
    date.truncate datetime.truncate localdatetime.truncate localtime.truncate time.truncate
    date.transaction date.statement date.realtime datetime.transaction datetime.statement datetime.realtime
    localdatetime.transaction localdatetime.statement localdatetime.realtime
    localtime.transaction localtime.statement localtime.realtime time.transaction time.statement time.realtime
    datetime.fromepoch datetime.fromepochmillis duration.between duration.indays duration.inmonths duration.inseconds
    point point.distance point.withinbbox
    shortestpath allshortestpaths
    """.split()
)
