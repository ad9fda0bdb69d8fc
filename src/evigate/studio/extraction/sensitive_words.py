"""The words for data that need protection: special categories, secrets, money, children, persons.

`SENSITIVE` are classes whose words say so wherever they stand ("diagnosis", "payslips"); a text
that only mentions one still deals with it. `KEPT` are words that are harmless by themselves and
sensitive once they are kept or shown of somebody ("mood", "passwords", "phone numbers").
"""

import re

from evigate.studio.extraction.lexicon import word_set


def _words(words: str) -> re.Pattern[str]:
    parts = [part.strip() for part in words.strip().split("|")]
    return re.compile(r"(?<![\w-])(?:" + "|".join(parts) + r")(?![\w])")


SENSITIVE = {
    "health": _words(
        r"health(?!y)\w*(?:\s+(?:notes?|data|records?|information))?(?!\s+(?:dept|department|insurers?|office|authority|service)\b)|medical(?!\s+(?:engineer|device|equipment|technolog|suppl))(?:\s+(?:records?|data|history|notes?|checks?|conditions?|details))?|medicines?|medications?(?:\s+history)?"
        r"|patients?(?:['’]s?)?(?:\s+(?:data|records|files?|notes|history))?|diagnos[ei]s|clinical(?!\s+(?:wi-?fi|network))|symptoms?|allerg(?:y|ies)|intolerances?|"
        r"vital\s+signs|prescriptions?|hipaa|therap(?:y|ies)|mental\s+(?:health|state|illness\w*)|blood(?!\s+(?:bank|orange|drive))(?:\s+(?:pressure|sugar|types?|groups?|values|tests?))?|casualt(?:y|ies)|diseases?|disabilit(?:y|ies)|disabled|vaccinations?|adverse\s+events?|dying|terminally\s+ill|palliative|end[\s-]of[\s-]life|side\s+effects?|trial\s+participants?|immuni[sz]ations?|tetanus|"
        r"illness(?:es)?|injur(?:y|ies)|infections?(?:\s+status)?|sick\s+(?:notes?|leave|days)|sickness|pregnan(?:t|cy|cies)|fertility|menstrua\w+|period\s+track\w+|ovulation|heart\s+rates?|glucose|insulin|seizures?|migraines?|"
        r"epilep\w+|diabet\w+|asthma\w*|dementia|autis\w+|adhd|depression|anxiety|addictions?|hiv|cancer|dialysis|wheelchairs?(?:\s+notes?)?|impairments?|special\s+(?:educational\s+)?needs|care\s+plans?|(?:wound|nursing|care|counselling|counseling|case|session|therapy|home-?visit)\s+notes?|treated\s+for(?:\s+\w+)?|body\s+(?:weight|fat|measurements?)|bmi|"
        r"(?:dietary|nutritional)\s+(?:wish(?:es)?|needs|requirements?|restrictions?|preferences)"
    ),
    "payment card": _words(
        r"(?:credit|debit)\s+cards?(?:\s+(?:data|numbers?|details))?|card\s+(?:data|details|payments?)|(?<!by\s)(?<!existing\s)(?<!library\s)(?<!membership\s)(?<!member\s)(?<!loyalty\s)(?<!student\s)card\s+numbers?|by\s+card(?!\s+(?:number|index|reader)|-)"
        r"|pay(?:s|ing|ments?)?\b[^.;:\n]{0,30}\s(?:or|and)\s+card(?!\s+(?:index|game))|card\s+(?:or|and)\s+(?:paypal|cash)|cvv|pci(?:[\s-]dss)?"
    ),
    "children": _words(
        r"child(?:ren)?(?:['’]s)?|(?:school|pre)-?(?:children|child)|kids?|minors|a\s+minor(?!\s+\w)|under\s+1[0-8](?!\d|\s*(?:%|percent|minutes?|seconds?|euros?|dollars?|pounds?|hours?|days?|ms\b))|under\s+age|under-?age|pupils?|toddlers?|teenagers?|adolescents?|juveniles?|coppa|ferpa|nursery\s+(?:schools?|staff|teachers?|groups?|class(?:es)?)|our\s+nursery(?!\s+(?:stock|plants?))|day\s+nurser(?:y|ies)|day-?care|kindergarten"
    ),
    "location": _words(
        r"gps(?:\s+(?:traces?|tracks?|data|positions?))?|geo-?location|(?:exact|home|their|gps|\w+'s)\s+coordinates|location\s+(?:data|tracking|sharing|history|permissions?|access)|(?:live|current|exact|precise)\s+locations?|whereabouts|real[\s-]time\s+location|position\s+(?:tracking|data)|movement\s+(?:data|profiles?|patterns?)"
        r"|(?:their|our|my|users?['’]|user['’]s|drivers?['’]|driver['’]s|somebody['’]s|people['’]s)\s+(?:own\s+)?(?:locations?|movements?)|(?:drivers?|crews?|vehicles?)[\'’]?s?\s+positions?|(?:drivers|employees|crews|workers|couriers|nurses|carers)\s+are\s+tracked|track(?:s|ing)?\s+(?:the\s+|our\s+|their\s+)?(?:drivers|employees|staff|crews|workers|people|couriers|nurses)"
    ),
    "identity documents": _words(
        r"(?:upload|show|scan|check|present)\w*\s+(?:an?|their|photo|your)\s+ids?|photo\s+ids?|id\s+(?:documents?|papers?|numbers?|copies|scans?)|copies\s+of\s+(?:the\s+|their\s+)?ids|identity\s+(?:papers?|documents?|numbers?)|proofs?\s+of\s+identity|passports?(?!\s+photo)|id\s+cards?|identity\s+cards?|driver['’]?s?\s+licen[cs]es?|driving\s+licen[cs]es?|social\s+(?:security|insurance)(?:\s+numbers?)?|ssn|national\s+(?:id|insurance)(?:\s+numbers?)?|tax\s+(?:ids?|numbers?)|(?:licen[cs]e|number)\s+plates?|birth\s+certificates?|visa\s+(?:status|papers?)|(?:residence|residency|immigration)\s+(?:status|permits?)|asylum"
    ),
    "payroll and bank": _words(
        r"(?<!with\s)payroll|salar(?:y|ies)|wages?|hourly\s+(?:pay|wages?)|pay\s?slips?|pay\s+(?:grades?|scales?|rates?)(?=\s+of\b)|bank\s+(?:accounts?|details|data|transfers?|statements?|exports?|transactions?)|(?:bank\s+)?account\s+(?:numbers?|balances?)|iban|sort\s+codes?|tax\s+(?:returns?|records?)|credit\s+(?:scores?|ratings?|histor(?:y|ies))|(?:personal|household|family)\s+(?:finances?|income)|incomes?\s+(?:and|or)\s+\w+\s+details|(?:their|his|her|personal|outstanding|private)\s+debts?|debtors?|debt\s+(?:advice|collection|counsel\w+)|arrears|who\s+owes(?:\s+\w+)?|net\s+worth|(?:what|how\s+much)\s+(?:people|they|everyone|somebody|each|others)\s+earns?|who\s+earns(?:\s+\w+)?|pay\s+per\s+(?:crate|head|hour|piece|person|day|shift|tree|box)|hours\s+and\s+pay\b|(?:personal|household|family|my|their)\s+(?:expenses|spending)"
    ),
    "biometric": _words(
        r"biometric\w*|finger\s?prints?|(?:face|facial|iris|retina)\s+(?:recognition|scans?|images?|templates?|data)|voice\s?prints?|(?:voice|sound|speech)\s+(?:recordings?|samples?)|dna|genetic(?:\s+(?:data|tests?|results?))?|genomes?"
    ),
    "personal data": _words(
        r"personal(?:ly\s+identifiable)?\s+(?:data|information|details|files?|notes?|circumstances|numbers?)|anonym(?:ous(?:ly)?|ity)|whistle\s?-?blow\w+|people's\s+data|(?<!case-)(?<!time-)sensitive\s+(?:personal\s+)?(?:data|information|notes|documents|files?|records?|content|material|details|cases?|matters?|topics?)|confidential\w*|"
        r"(?:very|extremely|highly|most)\s+sensitive|pii|"
        r"data\s+protection|data\s+subjects?|"
        r"private(?:ly)?(?!\s+(?:links?|trips?|use|hire|people|persons|households?|customers?|clients?|lessons?|tutors?|rooms?|schools?|practices?|clinics?|compan(?:y|ies)|sector|sales?|beta|servers?|networks?|repos?\w*|party|parties|owners?|keys?|homes?|cars?|tuition|owned)\b)|privacy|religio\w+|ethnic\w*|racial|political|sexual\s+\w+|gender\s+identity|(?:trade\s+)?union\s+members\w*|criminal\s+(?:records?|convictions?)|background\s+checks?|convictions?|offenders?|inmates|prisoners|probation(?!\w|\s+(?:period|time))|parole|refugees|domestic\s+(?:violence|abuse)|abuse\s+(?:cases?|reports?)|harassment|safeguarding|secret\s+ballots?|who\s+voted(?:\s+for\s+\w+)?|how\s+(?:people|members|somebody|they)\s+voted|marital\s+status"
    ),
    "confidential": _words(
        r"(?:under\s+(?:an?\s+)?)?ndas?|(?:is|are|kept|keep|stays?|remain)\s+secret|non-?disclosure\s+agreements?|trade\s+secrets?|embargo(?:ed)?|professional\s+secrecy|attorney-client|legal\s+privilege|privileged\s+(?:documents?|communications?)|classified\s+(?:documents?|information|material)"
    ),
    "GDPR": _words(r"gdpr(?:[\s-]compliant)?|dsgvo|ccpa|lgpd|rgpd"),
    "HIPAA": _words(r"hipaa"),
    "PCI DSS": _words(r"pci(?:[\s-]dss)?"),
}
# Secrets that open something; "log in with a password" keeps none.
_SECRETS = (
    r"(?:log-?in|user)\s?names?(?:\s+and\s+passwords?)?|log-?ins?\s+and\s+passwords?|log-?in\s+(?:data|details)|passwords?|pass\s?phrases?|passkeys?|credentials|(?:secret|private|recovery|encryption|licen[cs]e|api|ssh|signing)\s+keys?|api\s+tokens?|access\s+(?:tokens?|codes?)"
    r"|(?:door|alarm|gate|entry|key|lock|recovery|backup|safe|pin)\s+codes?|pins?(?!\s+(?:an?|the|it|them|on|to|notes?)\b)|seed\s+phrases?|security\s+questions?|secrets"
)
# What tells of a person's state or life; "mood board" and "grade the find" tell of none.
_STATES = (
    r"moods?(?!\s*-?(?:boards?|lighting|music))|emotions|feelings|stress\s+levels?|pain(?:\s+(?:levels?|scores?|diary))?(?!\s+points?)|sleep\s+(?:data|times?|quality|hours|diary|patterns?|logs?)|(?:their|my|your|own)\s+sleep|pulse|steps\s+and\s+sleep|weight\s+and\s+height|(?:their|his|her|own|my|body)\s+weight|systolic(?:\s+and\s+diastolic)?(?:\s+values)?|tablets\s+(?:taken|remain\w*)|doses?|dosages?"
    r"|diary\s+entries|diary\s+entry|journal\s+entries|cycles?\s+and\s+symptoms|(?:alcohol|drinking|smoking)\s+habits?|calorie\s+intake|diets?|body\s+measurements?|measurements\s+of\s+(?:a\s+|the\s+)?(?:body|customers?|clients?)"
    r"|(?:exam|test)\s+(?:results?|scores?|marks)|grades(?!\s+(?:\d|one|two|three|four|five|six|the|k)\b)|school\s+reports?|report\s+cards?|performance\s+(?:reviews?|appraisals?)|appraisals?|disciplinary\s+\w+|warnings\s+to\s+staff"
    r"|cvs?(?!\w)|r[ée]sum[ée]s?(?=\s+(?:and|or|of|from|to|as|in)\b|[.,;])|(?:their|his|her|my|your|household|monthly|personal|family|parents[\'’])\s+incomes?|incomes?\s+and\s+\w+|earnings|expenses|debts|rent\s+arrears|donations?\s+by\s+name|tips\s+per\s+\w+|opinions|beliefs|faith|nationalit(?:y|ies)|citizenship|gender|marital\s+status|photo\s+id"
)
# What says who somebody is and how to reach them.
_CONTACT = (
    r"(?:first|last|full|real|family|maiden)\s+names?|surnames?|names?\s*(?:,|and|or|/|&|\+)\s*(?:\w+\s+)?(?:address(?:es)?|phones?|e-?mails?|phone\s+numbers?|telephone\s+numbers?|date\s+of\s+birth|numbers?|ages?)|(?:home|postal|private|street|delivery|billing|residential)\s+address(?:es)?|address(?:es)?(?!\s+(?:bar|book|these|this|the|a|an|all|every|any|issues?|problems?)\b)"
    r"|(?:(?:mobile|cell|tele)?-?\s?phone|mobile|cell|contact|emergency)\s+(?:numbers?|details|contacts?)|contact\s+(?:data|information|details)|(?:e-?mail|ip)\s+address(?:es)?|(?:dates?\s+of\s+birth|birth\s?-?dates?|birthdays?)(?!\s+(?:part(?:y|ies)|cakes?|gifts?|presents?|cards?))|next\s+of\s+kin|signatures?|portraits?|selfies?|recordings(?!\s+of)|call\s+recordings?|recordings\s+of\s+(?:the\s+|all\s+|their\s+|our\s+)?(?:calls|interviews|conversations|sessions|meetings)|interview\s+recordings?|cctv(?:\s+\w+)?|chat\s+logs?|(?:employee|staff|personnel|national|matriculation|insurance|policy)\s+numbers?"
)
KEPT = {
    "credentials": _words(_SECRETS),
    "personal state": _words(_STATES),
    "contact": _words(_CONTACT),
}
# Whose data are public, or nobody's: players' names stand on a board, authors' on a book.
PUBLIC = word_set(
    """
    player gamer character hero author artist writer speaker performer musician opponent manufacturer
    developer publisher supplier vendor brand reader viewer moderator admin administrator owner
    """
)
# Persons whose records, files and photos are nobody else's business.
CARED = word_set(
    """
    applicant borrower candidate child citizen client customer deceased defendant donor employee
    family guardian guest household inhabitant member mother national parent participant passenger
    patient person pupil recipient resident staff student subscriber tenant victim visitor volunteer
    witness worker
    """
)
