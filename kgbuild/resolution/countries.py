"""Countries, some of their parts, and continents, with their common other names -> one canonical name; demonyms -> the place. A table and two look-ups.

Written as `names.fold` gives them. Names that mean several places (Georgia, Congo) have no aliases beyond the unmistakable.
"""

from functools import cache

# canonical | aliases ; demonyms
TABLE = """
afghanistan | islamic republic of afghanistan, islamic emirate of afghanistan ; afghan, afghans
albania | republic of albania ; albanian, albanians
algeria | peoples democratic republic of algeria ; algerian, algerians
andorra | principality of andorra ; andorran, andorrans
angola | republic of angola ; angolan, angolans
antigua and barbuda | ; antiguan
argentina | argentine republic ; argentine, argentines, argentinian, argentinians
armenia | republic of armenia ; armenian, armenians
australia | commonwealth of australia ; australian, australians, aussie
austria | republic of austria ; austrian, austrians
azerbaijan | republic of azerbaijan ; azerbaijani, azerbaijanis, azeri
bahamas | commonwealth of the bahamas ; bahamian, bahamians
bahrain | kingdom of bahrain ; bahraini, bahrainis
bangladesh | peoples republic of bangladesh ; bangladeshi, bangladeshis
barbados | ; barbadian, barbadians
belarus | republic of belarus, byelorussia, belorussia ; belarusian, belarusians, belarussian
belgium | kingdom of belgium ; belgian, belgians
belize | ; belizean
benin | republic of benin ; beninese
bhutan | kingdom of bhutan ; bhutanese
bolivia | plurinational state of bolivia, republic of bolivia ; bolivian, bolivians
bosnia and herzegovina | bosnia herzegovina, bosnia hercegovina, bih ; bosnian, bosnians
botswana | republic of botswana ; botswanan
brazil | federative republic of brazil, brasil ; brazilian, brazilians
brunei | brunei darussalam ; bruneian
bulgaria | republic of bulgaria ; bulgarian, bulgarians
burkina faso | ; burkinabe
burundi | republic of burundi ; burundian, burundians
cambodia | kingdom of cambodia, kampuchea ; cambodian, cambodians
cameroon | republic of cameroon ; cameroonian, cameroonians
canada | dominion of canada ; canadian, canadians
cape verde | cabo verde ; cape verdean
central african republic | ;
chad | republic of chad ; chadian, chadians
chile | republic of chile ; chilean, chileans
china | peoples republic of china, prc, p r china, mainland china, 中国, 中华人民共和国 ; chinese
colombia | republic of colombia ; colombian, colombians
comoros | union of the comoros ; comorian
costa rica | republic of costa rica ; costa rican, costa ricans
croatia | republic of croatia ; croatian, croatians, croat, croats
cuba | republic of cuba ; cuban, cubans
cyprus | republic of cyprus ; cypriot, cypriots
czech republic | czechia ; czech, czechs
democratic republic of the congo | democratic republic of congo, drc, dr congo, congo kinshasa, zaire ; zairean, zaireans
denmark | kingdom of denmark ; danish, dane, danes
djibouti | republic of djibouti ; djiboutian
dominica | commonwealth of dominica ;
dominican republic | ;
east timor | timor leste ; east timorese, timorese
ecuador | republic of ecuador ; ecuadorian, ecuadorians, ecuadorean
egypt | arab republic of egypt ; egyptian, egyptians
el salvador | republic of el salvador ; salvadoran, salvadorans, salvadorean
equatorial guinea | ; equatoguinean
eritrea | state of eritrea ; eritrean, eritreans
estonia | republic of estonia ; estonian, estonians
eswatini | swaziland, kingdom of eswatini ; swazi
ethiopia | federal democratic republic of ethiopia ; ethiopian, ethiopians
fiji | republic of fiji, fiji islands ; fijian, fijians
finland | republic of finland ; finnish, finn, finns
france | french republic, republique francaise, 法国 ; french, frenchman, frenchmen
gabon | gabonese republic ; gabonese
gambia | republic of the gambia ; gambian, gambians
germany | federal republic of germany, deutschland, bundesrepublik deutschland, frg, 德国 ; german, germans
ghana | republic of ghana ; ghanaian, ghanaians
greece | hellenic republic ; greek, greeks
grenada | ; grenadian
guatemala | republic of guatemala ; guatemalan, guatemalans
guinea | republic of guinea ; guinean, guineans
guinea bissau | republic of guinea bissau ;
guyana | co operative republic of guyana ; guyanese
haiti | republic of haiti ; haitian, haitians
honduras | republic of honduras ; honduran, hondurans
hungary | republic of hungary ; hungarian, hungarians
iceland | republic of iceland ; icelandic, icelander, icelanders
india | republic of india, bharat, 印度 ; indian, indians
indonesia | republic of indonesia ; indonesian, indonesians
iran | islamic republic of iran ; iranian, iranians
iraq | republic of iraq ; iraqi, iraqis
ireland | republic of ireland, irish republic, eire ; irish, irishman
israel | state of israel ; israeli, israelis
italy | italian republic, republic of italy, italia ; italian, italians
ivory coast | cote divoire, cote d ivoire, republic of cote divoire ; ivorian, ivorians
jamaica | ; jamaican, jamaicans
japan | nippon, 日本 ; japanese
jordan | hashemite kingdom of jordan ; jordanian, jordanians
kazakhstan | republic of kazakhstan, kazakstan ; kazakh, kazakhs, kazakhstani
kenya | republic of kenya ; kenyan, kenyans
kiribati | republic of kiribati ;
kosovo | republic of kosovo ; kosovar, kosovan
kuwait | state of kuwait ; kuwaiti, kuwaitis
kyrgyzstan | kyrgyz republic, kirghizia, kyrgyzistan ; kyrgyz
laos | lao pdr, lao peoples democratic republic ; laotian, laotians
latvia | republic of latvia ; latvian, latvians
lebanon | lebanese republic ; lebanese
lesotho | kingdom of lesotho ;
liberia | republic of liberia ; liberian, liberians
libya | state of libya, libyan arab jamahiriya ; libyan, libyans
liechtenstein | principality of liechtenstein ;
lithuania | republic of lithuania ; lithuanian, lithuanians
luxembourg | grand duchy of luxembourg, luxemburg ; luxembourgish
madagascar | republic of madagascar ; malagasy
malawi | republic of malawi ; malawian, malawians
malaysia | ; malaysian, malaysians
maldives | republic of maldives ; maldivian
mali | republic of mali ; malian, malians
malta | republic of malta ; maltese
marshall islands | republic of the marshall islands ; marshallese
mauritania | islamic republic of mauritania ; mauritanian
mauritius | republic of mauritius ; mauritian
mexico | united mexican states, estados unidos mexicanos ; mexican, mexicans
micronesia | federated states of micronesia ; micronesian
moldova | republic of moldova ; moldovan, moldovans
monaco | principality of monaco ; monegasque
mongolia | ; mongolian, mongolians
montenegro | republic of montenegro ; montenegrin, montenegrins
morocco | kingdom of morocco ; moroccan, moroccans
mozambique | republic of mozambique ; mozambican, mozambicans
myanmar | burma, union of myanmar ; burmese
namibia | republic of namibia ; namibian, namibians
nauru | republic of nauru ;
nepal | ; nepalese, nepali
netherlands | holland, kingdom of the netherlands, nederland ; dutch, dutchman, dutchmen
new zealand | aotearoa ; new zealander, new zealanders, kiwi
nicaragua | republic of nicaragua ; nicaraguan, nicaraguans
niger | republic of niger ; nigerien
nigeria | federal republic of nigeria ; nigerian, nigerians
north korea | democratic peoples republic of korea, dprk, d p r korea ; north korean, north koreans
north macedonia | republic of north macedonia, former yugoslav republic of macedonia, fyrom ;
norway | kingdom of norway, norge ; norwegian, norwegians
oman | sultanate of oman ; omani, omanis
pakistan | islamic republic of pakistan ; pakistani, pakistanis
palau | republic of palau ;
palestine | state of palestine ; palestinian, palestinians
panama | republic of panama ; panamanian, panamanians
papua new guinea | png ; papua new guinean
paraguay | republic of paraguay ; paraguayan, paraguayans
peru | republic of peru ; peruvian, peruvians
philippines | republic of the philippines ; filipino, filipinos, philippine
poland | republic of poland, polska ; polish, pole, poles
portugal | portuguese republic ; portuguese
qatar | state of qatar ; qatari, qataris
republic of the congo | congo brazzaville ;
romania | rumania ; romanian, romanians, rumanian
russia | russian federation, 俄罗斯 ; russian, russians
rwanda | republic of rwanda ; rwandan, rwandans
saint kitts and nevis | ;
saint lucia | ; saint lucian
saint vincent and the grenadines | ;
samoa | independent state of samoa, western samoa ; samoan, samoans
san marino | ; sammarinese
saudi arabia | kingdom of saudi arabia, ksa ; saudi, saudis, saudi arabian
senegal | republic of senegal ; senegalese
serbia | republic of serbia ; serbian, serbians, serb, serbs
seychelles | republic of seychelles ;
sierra leone | republic of sierra leone ; sierra leonean
singapore | republic of singapore ; singaporean, singaporeans
slovakia | slovak republic ; slovak, slovaks, slovakian
slovenia | republic of slovenia ; slovenian, slovenians, slovene
solomon islands | ;
somalia | somali republic, federal republic of somalia ; somali, somalis, somalian
south africa | republic of south africa, rsa ; south african, south africans
south korea | republic of korea, rok, korea republic, 韩国 ; south korean, south koreans
south sudan | republic of south sudan ; south sudanese
soviet union | ussr, union of soviet socialist republics ; soviet, soviets
spain | kingdom of spain, espana ; spanish, spaniard, spaniards
sri lanka | democratic socialist republic of sri lanka, ceylon ; sri lankan, sri lankans
sudan | republic of the sudan, republic of sudan ; sudanese
suriname | republic of suriname, surinam ; surinamese
sweden | kingdom of sweden, sverige ; swedish, swede, swedes
switzerland | swiss confederation, schweiz ; swiss
syria | syrian arab republic ; syrian, syrians
taiwan | republic of china, roc, chinese taipei ; taiwanese
tajikistan | republic of tajikistan ; tajik, tajiks
tanzania | united republic of tanzania ; tanzanian, tanzanians
thailand | kingdom of thailand ; thai, thais
togo | togolese republic ; togolese
tonga | kingdom of tonga ; tongan, tongans
trinidad and tobago | ; trinidadian
tunisia | republic of tunisia ; tunisian, tunisians
turkey | republic of turkey, turkiye, republic of turkiye ; turkish, turk, turks
turkmenistan | ; turkmen
tuvalu | ;
uganda | republic of uganda ; ugandan, ugandans
ukraine | ; ukrainian, ukrainians
united arab emirates | uae, u a e ; emirati, emiratis
united kingdom | uk, u k, great britain, britain, gb, united kingdom of great britain and northern ireland, 英国 ; british, briton, britons
united states | us, usa, u s, u s a, united states of america, america, the states, 美国 ; american, americans
uruguay | oriental republic of uruguay ; uruguayan, uruguayans
uzbekistan | republic of uzbekistan ; uzbek, uzbeks
vanuatu | republic of vanuatu ;
vatican city | holy see, vatican ;
venezuela | bolivarian republic of venezuela ; venezuelan, venezuelans
vietnam | viet nam, socialist republic of vietnam ; vietnamese
yemen | republic of yemen ; yemeni, yemenis
yugoslavia | federal republic of yugoslavia ; yugoslav, yugoslavs
zambia | republic of zambia ; zambian, zambians
zimbabwe | republic of zimbabwe ; zimbabwean, zimbabweans
england | ; english, englishman
scotland | ; scottish, scot, scots
wales | ; welsh, welshman
washington dc | dc, d c, district of columbia, washington d c ;
new york city | nyc, new york new york, city of new york ;
california | calif ;
massachusetts | mass, commonwealth of massachusetts ;
pennsylvania | penn, commonwealth of pennsylvania ;
virginia | commonwealth of virginia ;
connecticut | conn ;
florida | fla ;
michigan | mich ;
minnesota | minn ;
oklahoma | okla ;
arizona | ariz ;
european union | eu ;
europe | ; european, europeans
africa | ; african, africans
asia | ; asian, asians
north america | ; north american, north americans
south america | ; south american, south americans
latin america | ; latin american, latin americans
"""


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    aliases: dict[str, str] = {}
    demonyms: dict[str, str] = {}
    for line in TABLE.strip().splitlines():
        name, _, rest = line.partition("|")
        others, _, people = rest.partition(";")
        aliases[name.strip()] = name.strip()
        aliases.update((alias.strip(), name.strip()) for alias in others.split(",") if alias.strip())
        demonyms.update((word.strip(), name.strip()) for word in people.split(",") if word.strip())
    return aliases, demonyms


def canonical_place(key: str) -> str:
    """The canonical name of a place that has several; the key itself otherwise."""
    return _table()[0].get(key, key)


def country_of(key: str) -> str:
    """The place that a demonym belongs to ("german" -> "germany"), or ''."""
    return _table()[1].get(key, "")


def shown(key: str) -> str:
    """A canonical name as it is written: "bosnia and herzegovina" -> "Bosnia and Herzegovina"."""
    return " ".join(word if word in ("and", "of", "the") else word.capitalize() for word in key.split())


def demonym_group(key: str) -> str:
    """The country that a key names or belongs to, if the country has demonyms; else ''."""
    country = country_of(key)
    return country or (key if key in _with_demonyms() else "")


@cache
def _with_demonyms() -> frozenset[str]:
    return frozenset(_table()[1].values())


def split_country(tokens: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Country that the tokens begin with, and the rest; ('', tokens) if they begin with none or are nothing else."""
    aliases = _table()[0]
    for length in range(min(4, len(tokens) - 1), 0, -1):
        found = aliases.get(" ".join(tokens[:length]))
        if found:
            return found, tokens[length:]
    return "", tokens
