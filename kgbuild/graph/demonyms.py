"""Words for peoples and languages, in small letters: things only where a relation uses them. Data, and one question about it."""

_WORDS = frozenset(
    """
    abkhaz afghan african african-american afrikaans afro-american akkadian albanian algerian alsatian american
    amharic andalusian andorran anglo-american anglo-saxon angolan antiguan arab arabian arabic aramaic argentine
    argentinean argentinian armenian aryan ashkenazi asian asian-american asl assyrian athenian australian austrian
    austro-hungarian azerbaijani aztec babylonian bahamian bahasa bahraini balkan baltic bangladeshi barbadian basque
    bavarian bedouin belarusian belgian belizean bengali beninese berber bermudian bhutanese bokmål bolivian bosniak
    bosnian braille brazilian breton british briton bruneian bulgarian burgundian burkinabe burmese burundian
    byzantine californian cambodian cameroonian canadian cantonese caribbean carthaginian castilian catalan caucasian
    cebuano celtic chadian chechen cherokee chicagoan chilean chinese chinese-american circassian colombian comanche
    comorian congolese cornish corsican cossack creole croat croatian cuban cuban-american cypriot czech czechoslovak
    dalmatian dane danish djiboutian dominican dutch dutchman ecuadorean ecuadorian egyptian emirati english
    englishman eritrean esperanto estonian ethiopian etruscan european farsi fijian filipina filipino finn finnish
    flemish floridian frankish french frenchman frisian gabonese gaelic galician gallic gambian georgian german
    germanic ghanaian gibraltarian greek grenadian guamanian guatemalan guinean gujarati guyanese haitian han hausa
    hawaiian hebrew hellenic hindi hindustani hispanic honduran hungarian iberian icelander icelandic igbo ilocano
    inca indian indochinese indonesian interlingua inuit iranian iraqi irish irish-american irishman iroquois israeli
    italian italian-american ivorian jamaican japanese japanese-american javanese jew jewish jordanian kannada
    kashmiri kazakh kazakhstani kenyan khmer korean korean-american kosovan kosovar kurd kurdish kuwaiti kyrgyz ladino
    lao laotian lapp latin latina latino latvian lebanese lesothan levantine liberian libyan liechtensteiner ligurian
    lithuanian lombard londoner luxembourger luxembourgish macanese macedonian magyar malagasy malawian malay
    malayalam malayali malaysian maldivian malian maltese manchu mandarin manx maori marathi marshallese mauritanian
    mauritian mayan mediterranean melanesian mexican mexican-american micronesian moldovan monegasque mongol mongolian
    montenegrin moor moorish moravian moroccan mozambican muscovite namibian nauruan navajo neapolitan nepalese nepali
    nicaraguan nigerian nigerien nordic norman norse norwegian nynorsk occitan omani ottoman pakistani palauan
    palestinian pali panamanian papuan paraguayan parisian parthian pashto pashtun persian peruvian phoenician pidgin
    pole polish polynesian portuguese prussian punjabi qatari quebecois quechua roma roman romani romanian romansh
    russian ruthenian rwandan salvadoran sami samoan sanskrit sardinian saudi savoyard saxon scandinavian scot scots
    scotsman scottish senegalese sephardi serb serbian serbo-croatian seychellois siberian sicilian sikh silesian
    sindhi singaporean sinhala sinhalese sioux slav slavic slovak slovakian slovene slovenian somali soviet spaniard
    spanish spartan sudanese sumerian surinamese swabian swahili swazi swede swedish swiss sylheti syrian tagalog
    tahitian taiwanese tajik tajikistani tamil tanzanian tartar tatar telugu texan thai tibetan timorese togolese
    tongan transylvanian trinidadian tunisian turk turkic turkish turkmen tuscan tuvaluan tyrolean ugandan uighur
    ukrainian urdu uruguayan uyghur uzbek venetian venezuelan vietnamese viking virginian visigoth volapük walloon
    welsh welshman wolof xhosa yemeni yemenite yiddish yoruba yugoslav yugoslavian zambian zimbabwean zulu
    """.split()
)

_PHRASES = frozenset(
    {
        "american sign language",
        "ancient greek",
        "cape verdean",
        "costa rican",
        "east german",
        "haitian creole",
        "latin american",
        "mandarin chinese",
        "middle english",
        "modern greek",
        "native american",
        "new yorker",
        "new zealander",
        "north american",
        "north korean",
        "northern irish",
        "old english",
        "puerto rican",
        "saint lucian",
        "saudi arabian",
        "scots gaelic",
        "scottish gaelic",
        "sierra leonean",
        "simplified chinese",
        "south african",
        "south american",
        "south asian",
        "south korean",
        "south sudanese",
        "southeast asian",
        "sri lankan",
        "traditional chinese",
        "west african",
        "west german",
        "west indian",
    }
)


def is_demonym(text: str) -> bool:
    """Whether a text names a people or a language and nothing else: "German", "the Germans", "Sri Lankan", "Hindi"."""
    words = text.casefold().replace("\u2010", "-").split()
    if words[:1] == ["the"]:
        words = words[1:]
    form = " ".join(words)
    return any(each in _WORDS or each in _PHRASES for each in (form, form.removesuffix("s"), form.removesuffix("-speaking")))
