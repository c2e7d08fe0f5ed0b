"""Each phrase: a sentence that it reads, what it says there, and a near miss that it leaves alone."""

import time

import pytest

from kgbuild.build import phrasebook, phrases
from tests.build.test_phrases import read

CASES = [
    # phrase, a sentence, its fact, a near miss
    ("employer_behind", "[P Ana Li], formerly an [L EU] policy officer at [O GSA], Office of Data", "Ana Li P108 GSA", "[P Ana Li], who met an officer at [O GSA]"),
    ("employer_close_behind", "said [P Ana Li] M.D. Chief Medical Officer of the [O CDC]", "Ana Li P108 CDC", "[P Ana Li] met the director of the [O CDC]"),
    ("employer_before", "[O GSA] Assistant Secretary for Data and Research [P Ana Li]", "Ana Li P108 GSA", "[O ABC News] reported President [P Ana Li] won"),
    ("employer_before", "[O Supreme Court] Justice [P Ana Li]", "Ana Li P108 Supreme Court", "At [O GSA] Secretary [P Ana Li] spoke"),
    ("employer_listed", "[P Ana Li], Chief, [O Data Division], [O GSA]", "Ana Li P108 GSA", "[P Ana Li], founder, [O GSA]"),
    ("employer_labelled", "[P Ana Li] M.D.: Director Pain Management [O Mayo Clinic]", "Ana Li P108 Mayo Clinic", "[P Ana Li]: my friends at [O Mayo Clinic]"),
    ("employer_own", "said [P Ana Li] [O CMS] administrator.", "Ana Li P108 CMS", "[P Ana Li], [O Zynga] chief [P Mark Pincus] and others"),
    ("employer_office", "The general secretary of the [O RMT] union, [P Mick Cash], spoke", "Mick Cash P108 RMT", "The founder of the [O RMT], [P Mick Cash], spoke"),
    ("employer_verb", "[P Ana Li], an old hand, was chairman and CEO of [O Massey]", "Ana Li P108 Massey", "[P Ana Li] is the founder of [O Massey]"),
    ("head_of_state_before", "[L Iran]'s Supreme Leader [P Ali Khamenei]", "Iran P35 Ali Khamenei", "[L Iran]'s Supreme Court [P Ali Khamenei]"),
    ("head_of_state_behind", "[P Ana Li], the president of [L Peru], spoke", "Peru P35 Ana Li", "[P Ana Li], spokesman of the President of [L Peru], spoke"),
    ("head_of_state_verb", "[P Ana Li] is the president of [L Peru]", "Peru P35 Ana Li", "[P Ana Li] became president of the [L African] nation"),
    ("head_of_government_verb", "[P Ana Li] is mayor of [L Oslo]", "Oslo P6 Ana Li", "[P Ana Li] served as the mayor of [L Oslo]"),
    ("second_job", "[P Ana Li]: Professor [O Yale]; and Director [O Pain Center]", "Ana Li P108 Pain Center", "[P Ana Li]: Professor [O Yale]; a friend of [O Pain Center]"),
    ("third_job", "[P Ana Li]: Professor [O Yale]; Chair [O Lab]; Director of [O Clinic]", "Ana Li P108 Clinic", "[P Ana Li]: Professor [O Yale]; Chair [O Lab]; loves [O Clinic]"),
    ("one_of_the_staff", "[P Ana Li], one of [O PowerDNS]' software developers, agreed", "Ana Li P108 PowerDNS", "[P Ana Li], one of [O PowerDNS]' users, agreed"),
    ("works_at", "[P Ana Li], who works in the [O Data Office] at the [O GSA]", "Ana Li P108 GSA", "[P Ana Li] works in conjunction with [O GSA]"),
    ("joined", "[P Ana Li] recently joined the [O GSA]", "Ana Li P108 GSA", "[P Ana Li] joined the [O GSA]'s webinar"),
    ("leads", "[P Ana Li], who leads the [O GSA]", "Ana Li P108 GSA", "[P Ana Li] leads the [O Green Party]"),
    ("came_from", "[P Ana Li] came to the Department from the [O AEI]", "Ana Li P108 AEI", "[P Ana Li] learned this from the [O AEI]"),
    ("spent_time_at", "[P Ana Li] spent [T 12 years] at [O Pfizer]", "Ana Li P108 Pfizer", "[P Ana Li] spent [T 12 years] against [O Pfizer]"),
    ("before_joining", "Prior to joining [O AEI] [P Ana Li] wrote", "Ana Li P108 AEI", "Prior to the report of [O AEI] [P Ana Li] wrote"),
    ("while_at", "While at the [O NCI] of the [O HHS], [P Ana Li] wrote", "Ana Li P108 NCI", "While the [O NCI] slept, [P Ana Li] wrote"),
    ("appointed", "[O VA] announced [P Ana Li] as their first director", "Ana Li P108 VA", "[O VA] announced [P Ana Li] as their guest"),
    ("of_organisation", "[P Bo Ek] and [P Ana Li] of the [O CDC] spoke", "Bo Ek P108 CDC", "they spoke about [P Ana Li] with [O CDC] in June"),
    ("of_the_whole", "[P Ana Li] of [O Reich Lab], [O University of Oslo].", "Ana Li P108 University of Oslo", "[P Ana Li] of [O GSA], [O NASA], and [O DHS]"),
    ("beside", "Chief Officer [P Ana Li], [O Marine Depot], [L Beaufort], [L South Carolina]", "Ana Li P108 Marine Depot", "They were [P Ana Li], [O GSA], and others"),
    ("beside_at_the_end", "Episode 4, with [P Bo Ek] and [P Ana Li], [O OPM]", "Bo Ek P108 OPM", "Episode 4, with [P Ana Li], [O OPM] and [O GSA] in it"),
    ("in_brackets", "[P Bo Ek] and [P Ana Li] ([O ONRR])", "Bo Ek P108 ONRR", "[P Ana Li] (not [O ONRR])"),
    ("both_in_brackets", "Welcome ([P Ana Li], [O GSA])", "Ana Li P108 GSA", "Welcome ([P Ana Li] and [O GSA])"),
    ("organisations_own", "The Agency ([O USAID])’s plan; [O USAID]’s [P Ana Li] spoke", "Ana Li P108 USAID", "[O WPI]’s [P Ana Li], a graduate student"),
    ("unit_of", "[O NIDA] part of the [O NIH]", "NIDA P361 NIH", "[O NIDA] departed from the [O NIH]"),
    ("agency_of", "[O USGS] is a federal science agency within the [O Department of the Interior]", "USGS P749 Department of the Interior", "[O Pain Clinic] is a part of [O University of Oslo]"),
    ("unit_own", "the [O Department]’ ([O HHS]) [O Office for Civil Rights]", "Office for Civil Rights P361 Department", "[O Department] and [O Office for Civil Rights]"),
    ("agency_own", "[O GSA]’s [O Office of Data]", "Office of Data P749 GSA", "[O GSA]’s [O Data Lab]"),
    ("own_part", "[O GSA]’s [O 18F]", "18F P361 GSA", "the [O Republican Party]'s [O US Senate] nomination"),
    ("unit_at", "[O Data Division] within the [O GSA]", "Data Division P361 GSA", "[O Data Division] within [O GSA]’s budget"),
    ("agency_at", "the [O Office of Data] at the [O GSA]", "Office of Data P749 GSA", "the [O Advisory Council] at the [O GSA]"),
    ("team_at", "the [O Innovation Lab] team at [O GSA]", "Innovation Lab P361 GSA", "the [O Innovation Lab] went to [O GSA]"),
    ("unit_behind", "the [O HHS] ([O HHS]) [O Office for Civil Rights]", "Office for Civil Rights P361 HHS", "the [O Office of the Director] [O National Institutes of Health]"),
    ("agency_behind", "the [O HHS] [O Office for Civil Rights]", "Office for Civil Rights P749 HHS", "the [O HHS] [O Data Division]"),
    ("unit_listed", "Director, [O Office of Policy], [O Institute]", "Office of Policy P361 Institute", "Director, [O Office of Policy], [O GSA] and [O NASA]"),
    ("unit_within", "Within [O ASPR], [O BARDA] invests", "BARDA P361 ASPR", "It is within [O ASPR]. [O BARDA] invests"),
    ("agency_within", "Within the [O HHS] the [O Food Agency] invests", "Food Agency P749 HHS", "Within the [O HHS] the [O Food Council] invests"),
    ("unit_through", "[O HHS] through its [O Preparedness Office] helps", "Preparedness Office P361 HHS", "[O HHS] through the [O Preparedness Office] helps"),
    ("agency_through", "[O HHS] through its [O Office of Data] helps", "Office of Data P749 HHS", "[O HHS] through its [O Data Team] helps"),
    ("unit_had", "[O USAGov] has an [O Outreach] team", "Outreach P361 USAGov", "[O USAGov] has an [O Outreach] problem"),
    ("agency_had", "[O USAGov] has an [O Outreach Agency] office", "Outreach Agency P749 USAGov", "[O USAGov] has an [O Outreach] office"),
    ("parts_are", "Another key part of [M CNAP] is the [M Modernization Fund]", "Modernization Fund P361 CNAP", "Apart from [M CNAP] came the [M Fund]"),
    ("part_of_a_thing", "issued a [M Challenge] as part of the [O DOJ]’s [M Digital Strategy]", "Challenge P361 Digital Strategy", "the [M Challenge] departed from the [M Strategy]"),
    ("seat", "[O Acme], headquartered in [L Oslo]", "Acme P159 Oslo", "[O Acme] spoke in [L Oslo]"),
    ("seat_before", "[L Oslo]-based company [O Acme]", "Acme P159 Oslo", "[L US]-based [O Acme]"),
    ("seat_behind", "[O Acme], a [L Berlin]-based non-profit", "Acme P159 Berlin", "[O Acme], a [L Berlin] non-profit"),
    ("headquarters", "held at [O GSA] headquarters in [L Washington]", "GSA P159 Washington", "held at [O GSA] meetings in [L Washington]"),
    ("company_of", "[O Elusys Inc.] of [L Pine Brook] [L New Jersey]", "Elusys Inc. P159 Pine Brook", "[O Elusys Inc.] of [L Pine Brook] said"),
    ("address", "[O Department of Health] 200 Independence Avenue S.W. [L Washington D.C.] 20201", "Department of Health P159 Washington D.C.", "[O Acme] has 200 streets in [L Washington D.C.] 20201"),
    ("address", "[O Department of Health], [L 200 Independence Avenue], [L Washington D.C.], 20201", "Department of Health P159 Washington D.C.", "[O Acme], [L Austin], [L TX] 78701"),
    ("owned_by", "[O Flurry], owned by [O Yahoo]", "Flurry P127 Yahoo", "[O Flurry], loved by [O Yahoo]"),
    ("described_and_owned_by", "[O Flurry], a mobile analytics company owned by [O Yahoo]", "Flurry P127 Yahoo", "[O Flurry], a company loved by [O Yahoo]"),
    ("owns", "[O Disney] owns both [O Marvel] and [O ABC]", "ABC P127 Disney", "[O Disney] owns up to [O Marvel]"),
    ("acquired", "[O IBM] has acquired [O Red Hat]", "Red Hat P749 IBM", "[O IBM] has not acquired [O Red Hat]"),
    ("acquired_by", "[O Red Hat] was acquired by [O IBM]", "Red Hat P127 IBM", "[O Red Hat] was praised by [O IBM]"),
    ("subsidiary", "[O Google] ([O GOOG]), a wholly owned subsidiary of [O Alphabet]", "Google P749 Alphabet", "[O Google], a rival of [O Alphabet]"),
    ("own_subsidiary", "[O Yahoo]’s mobile analytics division, [O Flurry],", "Flurry P749 Yahoo", "[O Yahoo]’s rival, [O Flurry],"),
    ("founder", "[P Boehler] was a board member and founder of [O TrellisRx]", "TrellisRx P112 Boehler", "[P Boehler] was a board member of [O TrellisRx]"),
    ("founder_before", "[O Zynga] founder [P Mark Pincus]", "Zynga P112 Mark Pincus", "[O Zynga] funder [P Mark Pincus]"),
    ("founder_listed", "[P Bill Geary]-Co-Founder and Partner [O Flare Capital]", "Flare Capital P112 Bill Geary", "[P Bill Geary]-Partner [O Flare Capital]"),
    ("founded", "[P Bo Ek] co-founded the [O University]’s [O Institute] with Dr. [P Ana Li] and Dr. [P Al Po]", "Institute P112 Al Po", "[P Bo Ek] found the [O Institute]"),
    ("founded_by", "[M GitHub for Government] was setup by [P Ben Balter]", "GitHub for Government P112 Ben Balter", "[M GitHub] was seen by [P Ben Balter]"),
    ("created_the_body", "[P Heckler] created the [O Task Force]", "Task Force P112 Heckler", "[P Heckler] criticised the [O Task Force]"),
    ("member", "[P Ana Li] served; [P Bo Ek] is a longtime member of the [O Advisory Council]", "Bo Ek P463 Advisory Council", "[P Bo Ek] is a member of the [O GSA]"),
    ("members_named", "including members of the [O Senate] [P Ana Li] and [P Bo Ek]", "Bo Ek P463 Senate", "members of the [O Senate] met [P Ana Li]"),
    ("members_are", "by [P Bo Ek] and [P Ana Li]; members of the [O Marketing Team]", "Bo Ek P463 Marketing Team", "by [P Ana Li]; friends of the [O Marketing Team]"),
    ("board_member", "[P Ana Li], a board member of [O Acme]", "Ana Li P463 Acme", "[P Ana Li], a customer of [O Acme]"),
    ("board_member_before", "As a Board member of the [O Center], [P Ana Li] leads", "Ana Li P463 Center", "As a friend of the [O Center], [P Ana Li] leads"),
    ("chaired_by", "The [O Task Force] which will be chaired by [P Ana Li]", "Task Force P488 Ana Li", "The [O Task Force] which will be welcomed by [P Ana Li]"),
    ("member_before", "[O Community of Practice] member [P Ana Li]", "Ana Li P463 Community of Practice", "[O GSA] member [P Ana Li]"),
    ("joined_the_group", "[P Ana Li] serves on the [O Advisory Board]", "Ana Li P463 Advisory Board", "[P Ana Li] serves the [O Advisory Board]"),
    ("leader_of_the_group", "[P Ana Li], leader of the [O Caucus],", "Ana Li P463 Caucus", "[P Ana Li], critic of the [O Caucus],"),
    ("member_of", "[L Peru] became a member of the [O UN]", "Peru P463 UN", "[L Peru] became a critic of the [O UN]"),
    ("section", "[M Part D] of the [M Ryan White Program]", "Part D P361 Ryan White Program", "[M Linux] of the [M Ryan White Program]"),
    ("section_behind", "the [M Cybersecurity Act of 2015] [M Section 405]", "Section 405 P361 Cybersecurity Act of 2015", "the [M Civil Rights Act] [M Section 504] of the [M Rehabilitation Act]"),
    ("written_by", "[M Guide] co-written by [P Ana Li]", "Guide P50 Ana Li", "[M Guide] loved by [P Ana Li]"),
    ("developed_by", "[M Whale Alert], developed by [O NOAA]’s [O Office of Sanctuaries]", "Whale Alert P178 Office of Sanctuaries", "[M Whale Alert], loved by [O NOAA]"),
    ("published_by", "[M M-19-21], issued jointly by the [O OMB]", "M-19-21 P123 OMB", "[M M-19-21], read by the [O OMB]"),
    ("operated_by", "The [M Series], hosted by the [O GSA] ([O GSA]) [O Technology Office]", "Series P137 Technology Office", "The [M Series], watched by the [O GSA]"),
    ("created_by", "[M Top Tasks] is a method invented by [P Gerry McGovern]; [M Top Tasks] was invented by [P Gerry McGovern]", "Top Tasks P170 Gerry McGovern", "[M Top Tasks] was used by [P Gerry McGovern]"),
    ("created_by_a_body", "[M FBOpen], created by [O 18F]", "FBOpen P178 18F", "[M FBOpen], used by [O 18F]"),
    ("author", "[P Jez Humble] is co-author of the [M Handbook]", "Handbook P50 Jez Humble", "[P Jez Humble] is co-author of the [M Shingo Award]-winning [M Handbook]"),
    ("wrote_the_book", "[P Mary Trump] released the tell-all book [M Too Much]", "Too Much P50 Mary Trump", "[P Mary Trump] read the book [M Too Much]"),
    ("maintainer", "[P Sergey], one of the maintainers of [M youtube-dl],", "youtube-dl P178 Sergey", "[P Sergey], one of the users of [M youtube-dl],"),
    ("runs", "[O SAMHSA] activated its [M Disaster Helpline]", "Disaster Helpline P137 SAMHSA", "[O SAMHSA] praised its [M Disaster Helpline]"),
    ("publication_and_publisher", "[M Revised Standards] – [O Access Board]", "Revised Standards P123 Access Board", "See [M Revised Standards] – [O Access Board] and others"),
    ("creator", "[P Aaron Foss], creator of [M Nomorobo],", "Nomorobo P170 Aaron Foss", "[P Aaron Foss], critic of [M Nomorobo],"),
    ("invented", "[P Ana Li] invented the [M Glider]", "Glider P170 Ana Li", "[P Ana Li] saw the [M Glider]"),
    ("developed", "[O Darena] created a mobile application called [M CheckEHR].", "CheckEHR P178 Darena", "[O GSA] has developed a [M QR] code generator"),
    ("released", "[O OMB] has recently released a new website called [M code.gov].", "code.gov P123 OMB", "[O HHS] issued a statement on [M Status Report]"),
    ("site_own", "[O GSA]’s [M Data.gov]", "Data.gov P137 GSA", "[O GSA]’s [M Data]"),
    ("site_from", "[M godirect.gov], a site from the [O Treasury]", "godirect.gov P137 Treasury", "[M godirect.gov], a friend to the [O Treasury]"),
    ("program_own", "[O HRSA]’s [M Health Center Program]", "Health Center Program P137 HRSA", "[O HRSA]’s [M Health Center]"),
    ("program_own_said", "[O 18F]’s [M Agile Delivery] marketplace", "Agile Delivery P137 18F", "[O 18F]’s [M Agile Delivery] fans"),
    ("program_from", "[M Map Program] from the [O USGS]", "Map Program P137 USGS", "[M Map] from the [O USGS]"),
    ("software_own", "[O HHS]’s [M Mobile REMM App]", "Mobile REMM App P178 HHS", "[O HHS]’s [M Mobile REMM]"),
    ("software_own_said", "[O NASA]’s [M Earth Now] mobile app", "Earth Now P178 NASA", "[O NASA]’s [M Facebook] app"),
    ("software_from", "[M TravWell App], a very unique mobile app from the [O CDC]", "TravWell App P178 CDC", "[M TravWell], a gift from the [O CDC]"),
    ("text_own", "[O Army]’s [M ROTC Handbook]", "ROTC Handbook P123 Army", "[O Army]’s [M ROTC]"),
    ("text_own_said", "[O OCR]’s [M Emergency Preparedness] page", "Emergency Preparedness P123 OCR", "[O DOI]’s [M Facebook] page"),
    ("text_from", "[M ROTC Handbook] from the [O Army]", "ROTC Handbook P123 Army", "[M ROTC Handbook] about the [O Army]"),
    ("founded_on", "“[M The Real Cost]” launched in [T 2014]", "The Real Cost P571 2014", "The new [M CDC.gov] launched in [T 2014]"),
    ("founded_on_before", "Since launching in [T 2016], [M The Project] grew", "The Project P571 2016", "Since dinner in [T 2016], [M The Project] grew"),
    ("in_that_year_created", "In [T 1985] [P Heckler] created the [O Task Force]", "Task Force P571 1985", "In [T two days] [P Heckler] created the [O Task Force]"),
    ("created_that_year", "[O HHS] established the [O Office of Health] in [T 1987]", "Office of Health P571 1987", "[O HHS] left the [O Office of Health] in [T 1987]"),
    ("published_on", "[M Guide] was published in [T 2014]", "Guide P577 2014", "[M Guide] was published in [T two years]"),
    ("that_day_published", "In [T August 2016], [O OMB] released [M M-16-21]", "M-16-21 P577 August 2016", "In [T August 2016], [O OMB] read [M M-16-21]"),
    ("entry", "[T March 1998] — [M Memorandum]", "Memorandum P577 March 1998", "In [T March 1998] — [M Memorandum]"),
    ("file_of", "[M Final Guidance] (PDF, 269 KB, 6 pages, [T April 2011])", "Final Guidance P577 April 2011", "[M Final Guidance] ([T 12:50 pm])"),
    ("episode_of", "Episode 5: [M History] ([T August 2019])", "History P577 August 2019", "[M History] ([T August 2019])"),
    ("file_then_date", "[M Transition] (PDF, 239 KB) ([T June 28, 2019])", "Transition P577 June 28, 2019", "[M Transition] (PDF, 239 KB) about [T June 28, 2019]"),
    ("spouse", "[P Guy] and his wife [P Nancy]", "Guy P26 Nancy", "[P Guy] and his friend [P Nancy]"),
    ("child", "[P Biden]'s son [P Hunter]", "Biden P40 Hunter", "[P Biden]'s aide [P Hunter]"),
    ("child_of", "[P Hunter], son of [P Biden],", "Biden P40 Hunter", "[P Hunter], aide of [P Biden],"),
    ("father", "[P Qaboos]'s late father, Sultan [P Said],", "Qaboos P22 Said", "[P Qaboos]'s late friend, Sultan [P Said],"),
    ("father_of", "[P Said] was the father of [P Qaboos]", "Qaboos P22 Said", "[P Said] was the friend of [P Qaboos]"),
    ("mother", "[P Harris] and her mother [P Gopalan]", "Harris P25 Gopalan", "[P Harris] and her lawyer [P Gopalan]"),
    ("mother_of", "[P Gopalan], mother of [P Harris],", "Gopalan P40 Harris", "[P Gopalan], rival of [P Harris],"),
    ("sibling", "[P Harris]'s sister [P Maya]", "Harris P3373 Maya", "[P Harris]'s lawyer [P Maya]"),
    ("sibling_of", "[P Maya], younger sister of [P Harris],", "Harris P3373 Maya", "[P Maya], younger rival of [P Harris],"),
    ("educated", "[P Karissa] earned a B.A. in sociology from [O Muhlenberg] and a Masters of Public Administration from [O GWU]", "Karissa P69 GWU", "[P Karissa] earned a prize from [O Muhlenberg]"),
    ("student", "[P Katie], a rising senior at [O Virginia Tech],", "Katie P69 Virginia Tech", "[P Katie], a rising star at [O Virginia Tech],"),
    ("school_before", "[O Yale] graduate [P Ana Li]", "Ana Li P69 Yale", "[O Yale] guest [P Ana Li]"),
    ("died_in", "[P Nabil], a journalist, died in the city of [L Aden]", "Nabil P20 Aden", "[P Nabil], a journalist, spoke in the city of [L Aden]"),
    ("died_on", "[P Pierre], the president, died at the age of 55 on [T Monday]", "Pierre P570 Monday", "[P Pierre] died at the age of [T 55 years]"),
    ("that_day_died", "On [T Friday], [P Qaboos], the Sultan, died aged 79", "Qaboos P570 Friday", "On [T Friday], [P Qaboos], the Sultan, spoke"),
    ("dated_death", "The [T July 17] death of [O Democratic] Congressman [P John Lewis]", "John Lewis P570 July 17", "The [T July 17] speech of [P John Lewis]"),
    ("death_of", "after the death of [P Scalia] in [T 2016]", "Scalia P570 2016", "after the speech of [P Scalia] in [T 2016]"),
    ("resident", "activist [P J. R. Myers] of [L Alaska] for president", "J. R. Myers P551 Alaska", "Senator [P Ana Li] of [L Alaska], who spoke"),
    ("party_behind", "[P Ana Li], already the presidential nominee of the [O Alliance Party]", "Ana Li P102 Alliance Party", "[P Ana Li], a critic of the [O Alliance Party]"),
    ("party_before", "presumptive [O Republican] presidential nominee, [P Ana Li]", "Ana Li P102 Republican", "the [O Republican] reporter [P Ana Li]"),
    ("party_own", "[P Ana Li] of [L Iowa], the [O Green Party]'s [T 2020] presidential nominee,", "Ana Li P102 Green Party", "[P Ana Li] of [L Iowa], the [O Green Party]'s critic,"),
    ("partys_own", "[P Ana Li] became the [O Green Party]'s presumptive nominee", "Ana Li P102 Green Party", "[P Ana Li] became the [O Green Party]'s critic"),
    ("is_a_member", "[P Tony Evers], a [O Democrat], said", "Tony Evers P102 Democrat", "[P Tony Evers], a [O Democrat]-backed man"),
    ("member_noun", "among others, [O Democrat] [P Rod]", "Rod P102 Democrat", "among others, [O Democratic Party] [P Rod]"),
    ("nominated", "the [O Reform Party] nominated the [P Fuente]/[P Ek] ticket", "Ek P102 Reform Party", "the [O Reform Party] thanked [P Fuente]"),
    ("nominated_for", "won the nomination of the [O Green Party] for [P Ana Li]", "Ana Li P102 Green Party", "won the praise of the [O Green Party] for [P Ana Li]"),
    ("won_the_nomination", "[P Fuente]/[P Ek] has already secured the nomination of the [O Alliance Party]", "Ek P102 Alliance Party", "[P Ek] has criticised the nomination of the [O Alliance Party]"),
    ("won_the_nomination", "[P Ek] ended his bid for the [O Green Party]'s nomination", "Ek P102 Green Party", "[P Ek] ended his talk on the [O Green Party]'s nomination"),
    ("ran_as", "[P Ek] ran for governor of [L Florida] as the [O Green Party] nominee", "Ek P102 Green Party", "[P Ek] ran for governor of [L Florida] against the [O Green Party] nominee"),
    ("ticket", "The [O Green Party] ticket of union leader [P Ek] for president and truck driver [P Li]", "Li P102 Green Party", "The [O Green Party] critic of union leader [P Ek]"),
    ("ran_for_the_nomination", "[P Ek] ran unsuccessfully for the [O Green Party]'s [O US Senate] nomination", "Ek P102 Green Party", "[P Ek] thanked them for the [O Green Party]'s hospitality"),
    ("joined_the_party", "[P Ek] joined the [O Green Party]", "Ek P102 Green Party", "[P Ek] joined the [O GSA]"),
    ("candidate", "[P Ek] was also a contender in the [M 2016 election]", "Ek P1344 2016 election", "[P Ek] was also a critic in the [M 2016 election]"),
    ("candidate_of_a_party", "[P Ek] ended his bid for the [O Green Party]'s nomination in the [M 2020 election]", "Ek P1344 2020 election", "[P Ek] ended his talk in the [M 2020 election]"),
    ("stood_in", "At the [M 2020 Convention], [P Ek] won", "Ek P1344 2020 Convention", "At the [M 2020 Convention], [P Ek] was praised"),
    ("took_part", "[P Ek] won the [O Green Party]'s [M Primary]", "Ek P1344 Primary", "[P Ek] saw the [O Green Party]'s [M Primary]"),
    ("attended", "Secretary [P Azar] delivered a video message at the [M Ministerial Meeting]", "Azar P1344 Ministerial Meeting", "Secretary [P Azar] will travel to [L Peru] for the [M Ministerial Meeting]"),
    ("featured", "[M Global Summit] — keynoted by [P Lacierda]", "Lacierda P1344 Global Summit", "[M Global Summit] — despised by [P Lacierda]"),
    ("judges", "[M BigApps] judges include [O Twitter] co-founder [P Dorsey], [O Foursquare] co-founder [P Naveen]", "Naveen P1344 BigApps", "[M BigApps] fans include [P Dorsey]"),
    ("held_before", "On [T May 3], the [O NMAH] hosted its [M Annual Meeting]", "Annual Meeting P585 May 3", "On [T May 3], the [O NMAH] planned its [M Annual Meeting]"),
    ("held_on", "[M World Usability Day], which happened on [T November 12],", "World Usability Day P585 November 12", "[M World Usability Day], which was planned on [T November 12],"),
    ("held_on_said", "[M How to Design] webinar on [T July 30th]", "How to Design P585 July 30th", "[M How to Design] report on [T July 30th]"),
    ("dated_event", "[T October]’s [M Awareness Month]", "Awareness Month P585 October", "[T two days]’ [M Awareness Month]"),
    ("event_then_date", "[M Monthly Call] - [T April 2023]", "Monthly Call P585 April 2023", "[M Monthly] - [T April 2023]"),
    ("held_in", "[M Health Meeting] in [L Buenos Aires]", "Health Meeting P276 Buenos Aires", "[M 2020 primaries] in [L Michigan]"),
]  # fmt: skip
OLDER = {"spouse_of", "married", "born_in", "born_on", "capital_of", "own_capital", "book_by", "directed_by", "produced_by", "composed_by", "manufactured_by"}  # fmt: skip
"""Phrases as they were before this table."""
OFFICES = ("ceo_", "chair_", "head_of_")
"""Prefixes of phrases that share their templates with those for employers."""


def said(phrase, marked):
    """What one phrase says of a sentence with names in brackets."""
    text, names = read(marked)
    written = [text[name.start : name.end] for name in names]
    others = phrasebook.NAMES - {phrase}
    return {f"{written[one.head]} {one.label} {written[one.tail]}" for one in phrases.said(text, names, others)}


@pytest.mark.parametrize(("phrase", "sentence", "fact", "near"), CASES)
def test_a_phrase_reads_its_sentence_and_leaves_the_near_miss(phrase, sentence, fact, near):
    assert fact in said(phrase, sentence)
    assert said(phrase, near) == set()


def test_every_phrase_stands_in_the_table():
    assert {name for name in phrasebook.NAMES - {case[0] for case in CASES} - OLDER if not name.startswith(OFFICES)} == set()


def test_no_sentence_keeps_a_phrase_busy():
    """Long lists, without their commas too, of what phrases are made of: a second for all of them, not a second for each."""
    words = "the former director and chief of policy at for in with research, Data Programs "
    names = "[P Ana Li] [O GSA], [L Oslo] [M Data Day] on [T May 3] ([O HHS]) and [P Bo Ek]"
    sentences = [(words + names + " " + words) * 8, (names + " ") * 25, names + " " + words * 30, words * 30 + names]

    start = time.process_time()
    for sentence in sentences:
        list(phrases.said(*read(sentence)))
    assert time.process_time() - start < 5
