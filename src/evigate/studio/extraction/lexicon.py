"""The words the extractor knows: people, verbs of work, products, systems.

All are lower case and singular or in the base form; the reader brings what it finds into that form
first. A word that is missing here is still found by the company it keeps ("X can", "allows X to"),
only with less confidence. Long lists are files beside this one.
"""

import re
from importlib.resources import files

_DATA = files("evigate.studio.extraction") / "data"


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text, each once."""
    return frozenset(text.split())


def _listed(name: str) -> frozenset[str]:
    return word_set((_DATA / f"{name}.txt").read_text(encoding="utf-8"))


PERSONS = _listed("persons")
# Persons that stand for a group, never the whole of a role: they count only when they act.
WEAK_PERSONS = word_set(
    """
    child couple expert family friend individual kid minor person team youth
    """
)
# Organisations act like persons; where they only are named they are not.
ACTING = word_set(
    """
    accounting agency association brewery brigade bureau cafe cinema college committee congregation
    consortium council court crew dairy embassy farm foundation gallery guild hospice institute
    jury laboratory ministry museum parish police practice publisher shelter studio theatre theater
    union ward branch business charity clinic club company department dispatch finance firm
    hospital hotel kitchen landlord logistics management marketing municipality office purchasing
    reception sales warehouse organisation organization restaurant school shop university
    """
)
# What is written large and names nobody.
NO_NAMES = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas easter german french english italian
    spanish dutch european american british excel word outlook android ios windows linux apple
    google microsoft
    """
)
# What ends like a person and is none.
NOT_PERSONS = _listed("not_persons")
PRODUCTS = word_set(
    """
    app application bot cli calculator dashboard extension game generator module package platform
    plugin portal product program programme service simulator site software solution suite system
    tool tracker utility webapp website
    """
)
# What else developers are asked to make.
MADE = PRODUCTS | word_set(
    """
    api backend component endpoint frontend library mod page pipeline prototype quiz script server
    service storefront template widget
    """
)
# Words that name no thing of a domain.
GENERIC = PRODUCTS | _listed("generic")
# Things that businesses keep records of: one mention is enough.
ENTITIES = _listed("entities")
# Verbs of what only people do, in the base form.
AGENTIVE = _listed("agentive")
VERBS = _listed("verbs") | AGENTIVE
# What lists, marks, saves or shows without being anybody.
NO_AGENTS = word_set(
    """
    alarm algorithm animation app arrow assistant background banner bar board bot browser button
    camera canvas caption card cell chart clock code colour color column computer counter cursor
    dashboard data database diagram dialog display document engine figure file filter firmware
    folder font form formula gateway graph grid heading history icon image index indicator input
    key keyboard lamp laptop law layer layout legend library light line link list log logbook machine
    map marker matrix menu message meter mode model monitor notice number page panel parser phone
    picture pin poster preview printer printout process query queue regulation report row rule
    scanner screen script search section sensor server sheet shortcut sidebar sign slide slideshow
    snapshot sound stat statistic statute summary tab table tablet template terminal theme timeline
    timer token toolbar tracker tree trigger upload url variable video view viewer web widget wizard
    """
)
# Verbs that say nothing of a job by themselves.
EMPTY_VERBS = word_set(
    """
    aim allow be become come contain cost do enable end ensure feel fix forget get give go have
    help include integrate keep know launch let like lose make miss need offer provide require
    run serve solve spend start stay stop support think try use want waste work
    """
)
# What is made when someone does it: "book classes" is about bookings too.
NOMINALS = {
    "comment": "comment",
    "order": "order",
    "pre-order": "order",
    "review": "review",
    "message": "message",
    "book": "booking",
    "reserve": "reservation",
    "rent": "rental",
    "rate": "rating",
    "invoice": "invoice",
    "pay": "payment",
    "bid": "bid",
    "donate": "donation",
    "register": "registration",
    "invite": "invitation",
    "report": "report",
    "quote": "quote",
    "vote": "vote",
    "subscribe": "subscription",
    "apply": "application",
}
DETERMINERS = word_set(
    """
    a all an another any both certain different each entire every existing favorite favourite
    few her his its many more most much multiple my new no numerous other our own personal
    predefined several some specific such that the their these this those various whole your
    """
)
PREPOSITIONS = word_set(
    """
    about across after against among around as at based before between by depending during for
    from in including into like near of off on onto out over per regarding through to toward
    towards under until up upon using via while with within without
    """
)
CONJUNCTIONS = word_set(
    """
    and because but if nor or so than that then when where which while who whose yet
    """
)
PRONOUNS = word_set(
    """
    anyone everyone he her him i it me nobody she someone them they us we who you
    """
)
MODALS = word_set(
    """
    can could may might must shall should will would
    """
)
AUXILIARIES = word_set(
    """
    am are aren't be been being can't cannot did do does doesn't don't get gets got had has have
    is isn't mustn't shouldn't was were won't wouldn't
    """
)
ADVERBS = word_set(
    """
    again already also always once twice automatically currently directly easily efficiently even here
    ideally instantly just manually never not now often only perhaps please quickly really
    securely simply sometimes soon still then there today together too usually very
    """
)
FUNCTION = DETERMINERS | PREPOSITIONS | CONJUNCTIONS | PRONOUNS | MODALS | AUXILIARIES | ADVERBS


def _pattern(words: str) -> re.Pattern[str]:
    parts = [part.strip() for part in words.strip().split("|")]
    return re.compile(r"(?<![\w-])(?:" + "|".join(parts) + r")(?![\w])", re.IGNORECASE)


SYSTEMS = _pattern(
    r"sap(?:\s+(?:s/4hana|erp|r/3|business\s+one))?|salesforce|hubspot|pipedrive|zoho|(?:ms|microsoft)\s+dynamics|"
    r"dynamics\s+365|netsuite|odoo|sage(?:\s+\d+)?|xero|quickbooks|freshbooks|datev|lexware|"
    r"shopify|woocommerce|magento|prestashop|squarespace|wix|wordpress|drupal|joomla|typo3|etsy|ebay|"
    r"amazon(?:\s+marketplace)?|stripe|paypal|klarna|adyen|square|sumup|mollie|twilio|sendgrid|mailchimp|"
    r"outlook|exchange|office\s*365|microsoft\s*365|google\s+(?:sheets?|docs?|drive|calendar|forms?|workspace|maps|classroom)|"
    r"gmail|excel(?:\s+(?:sheets?|files?|lists?|spreadsheets?))?|(?:ms\s+|microsoft\s+)?access\s+database|word\s+(?:files?|documents?|templates?|forms?)|"
    r"(?:ms|microsoft)\s+(?:word|excel|access|teams)|sharepoint|onedrive|dropbox|box\.com|"
    r"slack|(?:microsoft\s+|ms\s+)teams|zoom|discord|whatsapp(?:\s+groups?)?|telegram|facebook(?:\s+groups?)?|instagram|"
    r"jira|confluence|trello|asana|monday\.com|notion|airtable|basecamp|clickup|github|gitlab|zapier|zendesk|freshdesk|"
    r"intercom|calendly|dhl|ups|fedex|gls|dpd|usps|royal\s+mail|personio|workday|navision|indesign|doodle|eventbrite|moodle|canvas\s+lms|blackboard|opera\s+pms|mews|booking\.com|airbnb|"
    r"oracle|sql\s+server|mysql|postgres(?:ql)?|mongodb|active\s+directory|entra\s+id|okta|auth0|keycloak|ldap|docusign|autocad|"
    r"legacy\s+(?:system|software|database)|(?:our|the)\s+(?:existing|current|old|legacy)\s+(?:\w+\s+)?(?:system|software|database|website|app|erp|crm|pos|till|tool)|"
    r"spreadsheets?|google\s+form"
)
TECHNICAL = _pattern(
    r"off-?line|we\s+host\s+(?:it|everything|this)\s+ourselves|on[\s-]prem(?:ises?)?|self[\s-]hosted|(?:(?:on|in|inside|within)\s+)?(?:our|my|their|its)\s+own\s+(?:servers?|networks?|data\s+cent(?:er|re)s?|hardware|machines?)|when\s+(?:the\s+)?(?:wi-?fi|internet|network|connection|signal|power)\s+(?:drops|fails|breaks|is\s+(?:down|gone|lost|out|off))|hosted\s+(?:in|on|by)\s+(?:the\s+)?\w+|"
    r"air[\s-]gapped|ios|iphones?|ipads?|android(?:\s+(?:phones?|tablets?|devices?|app))?|native\s+apps?|"
    r"(?:tablets?|phones?|mobile)\s+only|responsive|pwa|progressive\s+web\s+app|web[\s-]?based|web\s+app(?:lication)?|"
    r"mobile\s+app|desktop(?:\s+app(?:lication)?)?|windows(?:\s+\d+)?|mac\s?os|linux|raspberry\s+pi|chromebooks?|"
    r"aws|azure|gcp|google\s+cloud|kubernetes|docker|kafka|python|django|java(?!script)|javascript|typescript|react(?:\s+native)?|"
    r"angular|vue|\.net|c#|php|laravel|ruby(?:\s+on\s+rails)?|golang|node(?:\.?js)?|flutter|swift|kotlin|graphql|"
    r"open[\s-]source|wcag(?:\s+[\d.]+)?(?:\s+aa)?|accessib(?:le|ility)|screen\s+readers?|multi-?lingual|bilingual|"
    r"\d{2}(?:\.\d+)?\s*%\s+(?:availability|uptime)|(?:without|no)\s+(?:an?\s+|any\s+)?(?:internet|signal|reception|coverage|network|mobile\s+data)(?:\s+(?:connection|coverage|signal))?|"
    r"(?:poor|bad|patchy|weak|slow|unreliable|spotty)\s+(?:wi-?fi|internet|signal|reception|connections?|coverage|network)|"
    r"(?:works?|runs?)\s+(?:well\s+)?on\s+(?:any\s+|all\s+|their\s+|our\s+)?(?:phones?|mobiles?|smartphones?|tablets?)|"
    r"on\s+(?:their|his|her|a|an?\s+old)\s+(?:phones?|smartphones?|tablets?)|on\s+the\s+(?:phones|smartphones?|tablets?)|"
    r"(?:no|without)\s+downtime|qr\s+codes?|barcodes?|single\s+sign[\s-]on|sso|rest\s+api|encrypt(?:ed|ion)|"
    r"dark\s+mode|(?:german|french|english|spanish|italian|dutch|polish|turkish|arabic|welsh)(?:\s*(?:,|and|/|&|or)\s*(?:german|french|english|spanish|italian|dutch|polish|turkish|arabic|welsh))+"
)
INTEGRATIONS = {
    "payment": _pattern(
        r"pay(?:s|ing|ments?)?\s+(?:by|with|via|through|online)\s+\w+|pay(?:s|ing)?\s+(?:\w+\s+){1,3}online|online\s+payments?|card\s+payments?|payments?|by\s+(?:credit\s+)?card|"
        r"paypal|stripe|apple\s+pay|google\s+pay|pay\s+(?:online|thru\s+the\s+app|in\s+the\s+app|through\s+the\s+app)|checkout|direct\s+debit"
    ),
    "email": _pattern(r"e-?mail(?:s|ed)?|by\s+mail|newsletters?|smtp"),
    "sms": _pattern(
        r"sms(?:es)?|text\s+messages?|texts|(?:reminder|confirmation|alert)\s+texts?|by\s+text|text(?:s|ing)?\s+(?:all|everyone|everybody|every|each|us|them|our)"
    ),
    "push notifications": _pattern(r"push(?:\s+(?:notifications?|messages?|alerts?))"),
    "calendar": _pattern(
        r"(?:google|outlook|apple|shared|team)\s+calendars?|calendar\s+(?:sync\w*|integration|feed|export)|ical|sync\w*\s+with\s+(?:\w+\s+)?calendars?"
    ),
    "maps": _pattern(r"google\s+maps|maps?(?!ping)|routing|directions|gps|geo-?location"),
    "social media": _pattern(
        r"social\s+media|facebook|instagram|tiktok|linkedin|social\s+networks?"
    ),
    "accounting": _pattern(
        r"accounting(?:\s+software)?|quickbooks|xero|datev|sage|lexware|bookkeeping"
    ),
    "single sign-on": _pattern(
        r"sso|single\s+sign[\s-]on|log(?:in|\s+in)\s+with\s+\w+|social\s+log-?ins?|active\s+directory|oauth"
    ),
    "barcode scanning": _pattern(r"barcodes?|qr\s+codes?|rfid|nfc"),
    "electronic signature": _pattern(
        r"e-?signatures?|electronic\s+signatures?|docusign|sign\s+on\s+glass"
    ),
    "messaging": _pattern(r"whatsapp|slack|telegram|(?:microsoft\s+)?teams\s+(?:chat|channel|bot)"),
    "external api": _pattern(
        r"(?:rest\s+|external\s+|third[\s-]party\s+|public\s+)?apis?|webhooks?"
    ),
}
FEATURES = {
    "login": _pattern(
        r"log-?ins?|sign-?ins?|log\s+in|sign\s+in|accounts?|authentication|registration|passwords?|user\s+profiles?"
    ),
    "booking": _pattern(r"(?:online\s+)?bookings?|reservations?|appointments?|book|reserve"),
    "reminders": _pattern(r"reminders?|remind(?:s|ed)?"),
    "notifications": _pattern(r"notifications?|notif(?:y|ied|ies)|alerts?|push\s+messages?"),
    "payments": _pattern(
        r"payments?|checkout|pay(?:ing)?\s+(?:online|by\s+card)|deposits?|refunds?"
    ),
    "search": _pattern(r"search(?:es|ing|able)?|filters?|filtering"),
    "reports": _pattern(
        r"reports?|reporting|statistics|analytics|charts?|graphs?|dashboards?|kpis?"
    ),
    "messaging": _pattern(r"chats?|messag(?:es|ing)|direct\s+messages?|inbox"),
    "reviews": _pattern(r"reviews?|ratings?|rate\s+(?:each\s+other|recipes?|the)|feedback"),
    "file upload": _pattern(r"upload(?:s|ing)?|attachments?|photos?\s+required"),
    "export": _pattern(r"exports?|pdfs?|csv|downloads?"),
    "import": _pattern(r"imports?|migrat(?:e|ion)"),
    "calendar": _pattern(r"calendars?|schedul(?:e|es|ing|er)|timetables?|shifts?|rosters?|rota"),
    "shopping cart": _pattern(r"(?:shopping\s+)?(?:cart|basket)|wish\s*lists?"),
    "inventory": _pattern(r"inventory|stock(?:\s+levels?)?|warehouse"),
    "invoicing": _pattern(r"invoic(?:e|es|ing)|billing|receipts?|quotes?"),
    "approvals": _pattern(r"approv(?:e|es|al|als|ed)|sign-?off"),
    "comments": _pattern(r"comment(?:s|ing)?"),
    "kanban board": _pattern(r"kanban(?:\s+columns?|\s+boards?)?|task\s+boards?"),
    "task management": _pattern(r"tasks?|to-?dos?(?:\s+lists?)?"),
    "progress tracking": _pattern(
        r"(?<!in\s)progress(?:\s+tracking)?|track\s+(?:their|your|my)\s+\w+|milestones?|achievements?|leaderboards?|badges?"
    ),
    "recommendations": _pattern(r"recommend(?:s|ation|ations|ed)?|suggestions?|personali[sz]ed"),
    "maps": _pattern(r"maps?|directions|routes?"),
    "photo gallery": _pattern(r"galler(?:y|ies)|photo\s+albums?|albums?"),
    "drag and drop": _pattern(r"drag(?:ging)?(?:\s+and\s+|\s*[-&]\s*|-and-)drop(?:ping)?"),
    "multi-language": _pattern(r"multi-?lingual|bilingual|languages?|translations?"),
    "offline mode": _pattern(r"off-?line"),
    "role management": _pattern(r"roles?|permissions?|access\s+rights?"),
    "sharing": _pattern(r"shar(?:e|es|ing)\s+\w+"),
    "forms": _pattern(r"forms|form\s+builder|checklists?|surveys?|questionnaires?"),
    "quizzes": _pattern(r"quiz(?:zes)?|flashcards?|exams?|tests?\s+and"),
    "signature": _pattern(r"signatures?|sign\s+on\s+glass"),
    "barcode scanning": _pattern(
        r"scan(?:s|ning)?\s+(?:\w+\s+)?(?:barcodes?|qr)|barcodes?|qr\s+codes?"
    ),
    "marketplace": _pattern(r"market\s?place"),
    "customer portal": _pattern(r"(?:customer|client|supplier|parent|patient|member)\s+portal"),
    "newsletter": _pattern(r"newsletters?|mailing\s+lists?"),
    "subscriptions": _pattern(r"subscriptions?|memberships?"),
    "levels": _pattern(r"levels?\s+(?:with|of)|\d+\s+levels"),
}
