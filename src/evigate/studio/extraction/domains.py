"""Which kind of business a text is about: by what it calls itself, then by the words it uses.

"We are a brewery", "the parish archive": a business's own noun where a text begins or beside "we" and
"our" weighs more than any word of its work, which other trades use as well; "general" where none fits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import PRODUCTS, word_set
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.words import is_thing, is_verb

GENERAL = "general"
SCORE_MIN = 1.2
# What a text calls itself, and a business that it only names.
OWN_WEIGHT = 3.5
NAMED_WEIGHT = 0.9
# Where a text says what it is about, in characters; a greeting or a heading may stand before.
OPENING = 160
SUBJECT_BACK = 60
_BUSINESSES = files("evigate.studio.extraction") / "data" / "businesses.txt"
# The noun is the asker's own behind these ("we are a family-run hotel", "our warehouse").
_OWN = re.compile(
    r"\b(?:(?:we|i)(?:\s+(?:are|am|run|have|own|operate|manage|lead)|'re|'m|'ve)|our|my|here\s+(?:is|at)|(?:at|of)\s+(?:the|an?))"
    r"\s+(?:(?!(?:not|no|with|and|to|that|for|by)\b)[\w'-]+,?\s+){0,5}?$"
)
# A system, a partner or whoever else does it: "our tax adviser does that", "the bank's form".
_PRODUCT = re.compile(rf"\b(?:{'|'.join(sorted(PRODUCTS))})\b")
# What a business is called besides by its trade: "pest control firm", "school bus operator".
_BODIES = word_set(
    """
    firm company agency office practice business operator service shop station team district
    association group chain depot department cooperative co-operative owner manager
    """
)
_FOLLOWING = re.compile(r"[ -]([a-z]{3,})")
_OTHERS = re.compile(
    r"\b(?:from|with|to|via|by|between|like|per|near|through|lets?)\s+(?:(?:the|an?|our|their|his|her|its|my|other|another|some|\d+)\s+)*$"
)


@dataclass(frozen=True, slots=True)
class DomainScore:
    """How well a domain fits, 0..1, and the first words that say so."""

    domain: str
    confidence: float
    start: int
    end: int


_SIGNALS: Mapping[str, str] = {
    "service-booking": r"booking(?:s)?\b=1|(?<!the\s)(?<!\ba\s)(?<!this\s)(?<!each\s)(?<!of\s)books?(?=\s+(?:an?|the|their|my|our|his|her|online|in\s+advance|appointments?|visits?|lessons?|sessions?|slots?|via|by|for)\b|,|\s+(?:and|or)\s+(?:pay|cancel|move|reschedule)\b)=1.3|appointments?=2|reserv(?:e|ation|ations)=2|salon=2|groom\w*=1|hair\w*=1|clinic=1|physio\w*=1|treatment=1|no-shows?=2|time\s?slots?=2|gym=1|classes=1|restaurant=1|table\s+reservations?=2|rooms?=0.5|hotel=1|therap\w+=1|trainer=1",
    "e-commerce": r"shop\b=1.5|(?:online\s+)?shopping(?!\s+lists?)=1.5|subscription\s+box(?:es)?=2|parcels?=0.7|store\b=0.7|product\s+catalog\w*=2|products?=0.7|cart=2|checkout=2|orders?=0.8|pre-?orders?=1.5|e-?commerce=3|customers?\s+(?:buy|order|pay)=1.5|tienda=2|online-shop=3|vouchers?=0.6|delivery=0.5|sell(?:s|ing)?\b=1|merchandise=1",
    "marketplace": r"market\s?place=3|(?:airbnb|uber|ebay|etsy|vinted)\s+(?:for|of)=3|listings?=1|second[\s-]hand\s+(?:market|goods)=2|sellers?=1|buyers?=1|(?:giv(?:e|en|es|ing)\s+(?:\w+\s+)?away|swap(?:s|ping)?|barter\w*)=1.5|(?:buyers?\s+and\s+sellers?|owners?\s+list|rent\s+out)=2|commission=2|bid(?:s|ding)?=1|connect(?:s|ing)\s+\w+\s+(?:\w+\s+)?with=2|borrowers?=1.5|freelanc\w+=1|post(?:s)?\s+(?:a\s+)?jobs?=1.5|rate\s+each\s+other=1.5|neighbours?=0.5|auction\w*=2|peer[\s-]to[\s-]peer=2",
    "project-management": r"tasks?=1|kanban=3|projects?=0.8|to-?do=1.5|team\s+productivity=2|sprint=2|backlog=2|assign\w*=0.6|deadlines?=0.4|milestones?=1.5|gantt=3|collaborat\w+=0.8|workflow=0.8|time\s?sheets?=1|record\s+time=1.5",
    "healthcare": r"patients?=2|vets?\b=1.5|veterinar\w+=2|health\w*=1.2|medical=2|clinic\w*=1.5|doctors?=1.5|nurses?=1.5|diagnos\w+=2|vital\s+signs=2|hospital=2|therap\w+=1|medication\w*=2|symptoms?=1.5|mental\s+health=1.5|fitness=0.6|wellness=0.8|vaccin\w+=2",
    "education": r"students?=1.2|teachers?=1.5|pupils?=2|school=2|homework=2|grades?=1|courses?=1.2|quiz(?:zes)?=1.5|learn(?:ing|ers?)?=1|examiners?=1.2|oral\s+exams?=1|driving\s+school=2|native\s+speakers?=1.5|lessons?=1.5|exams?=1.5|tutor\w*=1.5|educat\w+=1.5|flashcards?=2|university=1.5|vocabulary=1.5|language\s+learning=2|training=0.6",
    "finance": r"budget(?:s|ing)?\s+for=1.5|expenses?=2|personal\s+finance=3|invest\w*=1|invoic\w+=1.2|(?<!carbon\s)(?<!to\s)accounting(?!\s+(?:package|software|system|program|tool))=2|bank\w*=1|bills?=1|loans?(?=[^.]{0,60}\b(?:bank|interest|credit|repay\w*|lender|debt|monthly|mortgage)\b)=2|(?:bank|personal|student|car|home)\s+loans?=2|loans?=0.7|insurers?=2|policyholders?=2|insurance\s+claims?=2|reimburs\w+=1.2|billing=1|spending\s+habits=2|tax\w*=1.2|payroll=1.5|stocks?\s+(?:market|prices|portfolio)=2|savings?=1|currency=1|financial=1.5|split\s+bills=2|insurance=1|crypto\w*=2",
    "inventory": r"stock=1.5|lend(?:s|ing)?=1|(?:handed|hands?|gives?|given)\s+out=0.7|late\s+returns?=1|warehouses?=2|inventory=3|suppliers?=1.2|purchase\s+orders?=2|barcodes?=1.2|shipments?=1.5|logistics=2|supply\s+chain=2.5|parts\b=0.6|assets?=0.8|spare\s+parts=1.5|sap\b=0.6|equipment=0.7",
    "event-management": r"events?=1.3|theat(?:re|er)s?=2|box\s+office=2|season\s+tickets?=2|seat\s+(?:map|plan)s?=1.5|camps?=1|tickets?(?!ing\s+for\s+12)=1|organi[sz]ers?=1|venue=1.5|attendees?=1.5|conference=1.5|volunteers?=1|shifts?=0.8|wedding=2|festival=2|choirs?=2|orchestras?=2.5|concerts?=1.5|rehears\w+=2|singers?=1|tournaments?=1.5|hackathons?=2.5|hall\s+rental=1.5|rsvp=2",
    "social-network": r"friends?=0.8|social\s+(?:network|media|app)=2|follow(?:ers)?=1|profiles?=0.7|feed\b=1|posts?\b=0.6|chat(?:s|ting|\s+room)?=1|messag(?:e|es|ing)=0.7|communit(?:y|ies)=1|dating=2|forum=1.5|likes?\s+and\s+comments?=1.5",
    "content-media": r"photos?=1|albums?=1.5|videos?=1|music=1.5|galler(?:y|ies)=1.5|blog=1.5|articles?=0.8|news\b=1|podcasts?=1.5|magazines?=2|newspapers?=2|journalists?=1.5|radio=1.5|books?\s+(?:reading|reviews?|club|lovers?)=1.5|e-?books?=1.5|stories=0.8|recipes?=1|movies?=1.2|films?=1.2|reels?=0.8|streaming=1.2|museums?=2|paintings?=1.5|pictures?=0.7|archiv(?:e|es|ists?)=1.2|songs?=1|chords?=1.5|scans?\b=0.7|genealog\w+=2|(?<!note)(?:a|the|of|list|lend|borrow|read)\s+books=1|novelists?=2|manuscripts?=2|chapters?=1|art\b=0.8|publish\w*=0.8|poem\w*=1|writing=0.6|librarians?=2.5|(?:school|town|city|public|small|local|our|university)\s+librar(?:y|ies)=2|lyrics=1.5|images?=0.8|audio=1",
    "games": r"\bgame\w*=2|(?:pub\s+)?quiz=1.5|quizmasters?=2|players?=0.8|puzzle=2|levels?=0.7|score\w*=0.7|multiplayer=2|quest\w*(?!ion)=0.7|opponent\w*=1.5|tiles?=0.6|arcade=2|chess=2|enem(?:y|ies)=1.5|gameplay=2|board\s+game=2|simulation=1|role-?playing=1.5|adventure=1",
    "travel": r"(?<!and\s)travel(?!\s+(?:costs?|expenses?|time|requests?|claims?))\w*=2|trips?=1.5|hotels?=1|flights?=2|itinerar\w+=2|destinations?=2|tour(?:s|ist|ists|ism)?=1.2|holiday\s+(?:homes?|apartments?)=2|ferienwohnung\w*=2|sightseeing=2|vacation\w*=1.5|passport=1",
    "transport": r"\bcar(?:s)?\s+sharing=3|cars?\b=0.8|parking=2|garages?=1|drivers?=1|bus\b=1.5|vehicles?=1.5|fleet=2|route\w*=1|ride\w*=1|deliver(?:y|ies)\s+drivers?=2|taxi=2|courier\w*=1.5|kilomet\w+=1|traffic=1.2|driving=0.8|(?:bikes?|bicycles?)=1|charging\s+(?:points?|stations?)=2|electric=0.5|tours?(?=\s+(?:has|have|with)\b|[;,])=0.5|(?:plan|plans|planning)\s+(?:the\s+)?(?:tours?|routes?)=1.5|public\s+transport\w*=2",
    "food": r"restaurant\w*=2|menu=1.5|recipes?=2|ingredients?=2|baker\w+=1.5|bak(?:e|es|ed|ing)=1.5|(?:loaf|loaves)=1.5|bread=1|meals?=1.5|cook\w*=1.5|food\s+(?:delivery|ordering|bank|waste)=1.5|food\b=1|nutrition\w*=1.5|cafe=1.5|diet\w*=1.5|groceries|grocery=1.5|kitchen=1|calories?=1.5|wine=1",
    "real-estate": r"propert(?:y|ies)=1.5|tenants?=1.5|landlords?=2|apartments?=1.2|real\s+estate=3|rent\b=0.8|lease=2|mortgage=2|housing=1.2|roommates?=0.8|interior\s+design=1.5|home\s+decor\w*=1.5|furniture=1.2",
    "legal": r"law\s+firm=3|hearings?=1.5|court\s+\w+s\b=2|tribunals?=2|prison\w*=1.5|accused=1.5|(?:building\s+)?permits?=1|whistle\s?-?blow\w+=3|lawyers?=2.5|legal=2|contracts?=1|cases?=0.5|(?<!tennis\s)courts?(?!\s+(?:bookings?|times?))(?=\s+(?:case|hearing|order|date|ruling|file))=1.5|compliance=1|attorney\w*=2|clauses?=1.5",
    "human-resources": r"employees?=1.2|(?:duty\s+)?rosters?=1.5|rotas?=1.5|line\s+managers?=1.5|shift\s+(?:planner|planning|plans?|swaps?)=2|(?:swap|request|assign|publish)\w*\s+shifts?=1.5|request\s+leave=2|clerks?=0.6|travel\s+requests?=1.5|expense\s+claims?=1|recruit\w*=2|payroll=2|hiring=2|candidates?=1.5|leave\s+requests?=2|onboarding=1.5|job\s+(?:seekers?|applications?|postings?|listings?)=2|resumes?=1.5|\bcvs?\b=1.5|hr\b=2|interview\w*=1.2|performance\s+reviews?=2|careers?=1.2",
    "field-service": r"technicians?=1.5|field\s+engineers?=3|inspections?=2|mechanics?=1.5|workshops?(?=\s+(?:with|has|owner|manager)|[.,])=0.8|window\s+cleaning=2|plumbing\s+(?:firm|company|business)=1.5|work\s+orders?=2|maintenance=1.5|repairs?=1.2|site\s+visits?=2|on\s+site=0.8|plumb\w+=1.5|lawn\s+mowing=1.5|housekeeping=1.5|cleaning=1",
    "customer-relations": r"crm=3|leads?\b=1|sales\s+(?:pipeline|team|reps?)=2|tickets?\s*(?:ing|system)=1.5|ticketing=1.5|support\s+(?:agents?|tickets?|team)=2|agents?\b=0.7|customer\s+(?:service|support|relationship\w*|feedback)=2|help\s?desk=3|sla=1|call\s+cent(?:er|re)=2",
    "non-profit": r"non-?profit=3|(?:allotment|tenants'?|residents'?|neighbou?rhood|our|local|small|sports)\s+(?:association|society)=2|associations?=1|fire\s+(?:brigade|department)=2|rescue\s+(?:service|team|squad)=2|scouts?\s+(?:group|troop)=2|congregations?=2|donat\w+=2|donors?=2|charit\w+=2.5|food\s+bank=3|fund\s?rais\w+=2.5|volunteers?=1.5|church=1.5|ngo=2.5",
    "iot-monitoring": r"sensors?=2|(?:carbon|emissions?)=1.2|hives?=1|machines?=1|iot=3|predict\w*\s+\w*\s*failures?=2|telemetry=2|devices?=0.8|smart\s+home=2.5|real[\s-]time\s+monitoring=1.5|houseplants?=1|water\s+them=0.6|energy\s+(?:use|usage|consumption)=1.5|temperature=1",
    "developer-tools": r"developers?=1.2|command[\s-]line=2|\bcli=2|database\s+administrators?=2|folders?=0.7|files?=0.5|sql=1|quer(?:y|ies)=1|code\s+(?:snippets?|editor|review|generat\w+)=2.5|debug\w*=2|git\b=1.5|api\s+(?:documentation|testing)=2|programming=2|database\s+(?:management|schema)=1.5|software\s+developers?=2|json=1|file\s+(?:converter|compression|manager)=1.5|text\s+editor=2|data\s+(?:analysis|visuali[sz]ation|cleaning)=1.5|encrypt\w*=1|password\s+manager=2|scripts?=0.8",
    "agriculture": r"farm(?:s|ers?|ing|yard)?=2|barns?=1.5|crops?=2|harvests?=1.2|orchards?=2|herds?=2|flocks?=1.5|goats?=2|sheep=2|ewes?=2|lamb(?:s|ing|ings)?=1.5|cattle=2|cows?=2|calves=1.5|livestock=2.5|milking=1.5|pastures?=2|tractors?=1.5|hives?=1.5|bees?=1.5|beekeep\w+=2.5|gardens?=1|gardeners?=1|gardening=2|beds=0.5|seeds?=1|seedlings?=1.5|sow(?:s|ing|n)?=1|soil=1.2|vegetables?=1.2|hectares?=1.5|acres?=1.5|growers?=1.5|vineyards?=1.5|forest(?:s|ry)?=1.5|firewood=1.5|kidding=1|breed(?:s|ing|ers?)?=1",
    "manufacturing": r"factor(?:y|ies)=2|foundr(?:y|ies)=2.5|workshops?=1|carpent\w+=2|joiner\w*=2|metal\s?work\w*=2|production\s+lines?=2.5|shop\s?floor=2.5|assembly\s+line=2.5|kilns?=2|potter(?:y|s)?=1.5|upholster\w+=2|machin(?:ing|ists?)=2|work\s?pieces?=2|batch(?:es)?=0.6|print\s+(?:shop|press)=1.5|printing\s+(?:shop|press)=1.5|craftsm[ae]n=1.5|brew(?:s|ed|ing)?=1|presses=0.6|glaz(?:e|es|ing)=1|tailor(?:s|ing)?=1|dressmak\w+=2|costumes?=0.8|goldsmith\w*=2|luthiers?=2",
    "productivity": r"to-?do=1.3|notes?=0.6|note-?taking=2|spreadsheets?(?!\s+(?:that|which|is|are|on|for)\b)=0.6|slides?=1.5|markdown=1.5|calendar=0.8|clipboard=1|checklists?=0.7|bookmarks?=1|word\s+processor=2|text\s+(?:editor|files?|comparison)=1.2|(?:two|both)\s+(?:texts|versions|files)=1|rename\w*=0.8|csv=0.4|(?:bar|line|pie)\s+charts?=0.8|stop\s?watch=1.5|pomodoro=2.5|focus=0.6|productiv\w+=1.5|packing\s+lists?=1|inbox=0.7|crosswords?=0.6|drafting=1",
    "public-sector": r"municip\w+=2|town\s+hall=2.5|city\s+hall=2.5|citizens?=2|council(?:s|lors?)?=1|count(?:y|ies)=0.8|ministr(?:y|ies)=2|registr(?:y|ar)(?:\s+office)?=1.5|public\s+(?:office|authority|administration|works)=2|authorit(?:y|ies)=0.8|permits?=1.2|civil\s+servants?=2.5|government\w*=2|agency\s+seeks=1|residents?\s+(?:may|can|shall|report)=0.8|street\s+works?=1.5|probation=2|tender\w*=0.8|mayor=1.5|police=1",
    "science": r"laborator(?:y|ies)=2|\blabs?\b=1.5|samples?=1|specimens?=1.5|experiments?=1.5|measurements?=0.6|weather=2|forecasts?=1|rain(?:fall)?=0.7|temperatures?=0.7|astronom\w+=2.5|telescopes?=2.5|stars?\b=0.7|constellations?=2|planets?=1.2|observ(?:e|es|ed|ation|ations|atory)=1|species=1.2|botan\w+=1.5|biolog\w+=1.5|chemi(?:cal|cals|stry)=1.5|physics=1.5|pendulum=1.5|research(?:er|ers)?=1|data\s?sets?=1|tides?=1|mushrooms?=0.8|fungi=1|molecul\w+=2",
    "fitness-wellness": r"fitness=2|div(?:e|es|ers?|ing)=1.5|workouts?=2.5|exercise\w*=1.5|gym=2|meditat\w+=2.5|yoga=2|sleep=1.5|habits?=1.2|mood=1.5|wellness=1.5|weight\s+loss=2|calories?=1|steps\s+count=1|running=0.8|sports?=1.5|(?:tennis|football|climbing|swimming|riding|squash|rowing|boxing)=1.5|athletes?=1.5|coaches=1|hydration=1.5",
}


# A pattern and its weight; alternatives of one group hold "|" too, so a part ends at its weight.
_SIGNAL = re.compile(r"(?P<words>.+?)=(?P<weight>[\d.]+)(?:\||$)")


@dataclass(frozen=True, slots=True)
class _Sign:
    """A pattern with its weight; where `letters` are not in a text, it need not be looked for."""

    letters: str
    pattern: re.Pattern[str]
    weight: float


def _compiled(signals: str) -> list[_Sign]:
    found = []
    for part in _SIGNAL.finditer(signals):
        words = part["words"]
        lead = re.match(r"[a-z]{2,}(?![a-z?*|(])|[a-z]{2,}(?=[a-z]\?)", words)
        is_one = "|" not in re.sub(r"\([^)]*\)", "", words)
        letters = lead[0] if lead and is_one else ""
        pattern = re.compile(rf"(?<![\w-])(?:{words})(?!\w)")
        found.append(_Sign(letters, pattern, float(part["weight"])))
    return found


def _nouns() -> dict[str, re.Pattern[str]]:
    """Return what businesses of each kind call themselves, longest first."""
    found = {}
    for line in _BUSINESSES.read_text(encoding="utf-8").splitlines():
        domain, _, names = line.partition(": ")
        longest = sorted(names.split(", "), key=lambda each: (-len(each), each))
        words = "|".join(re.escape(each).replace(r"\ ", r"[\s-]+") for each in longest)
        found[domain] = re.compile(rf"(?<![\w-])(?:{words})(?:e?s)?(?![\w-])")
    return found


_NOUNS = _nouns()
_COMPILED = {domain: _compiled(signals) for domain, signals in _SIGNALS.items()}


def domain_scores(reading: Reading, refused: tuple[Refusal, ...]) -> list[DomainScore]:
    """
    Return the domains that fit, best first; ties by name; none where nothing fits.

    A signal counts once and half again for each repeat up to three; what is refused counts nothing.
    What the text calls itself counts beside that, once and most (`OWN_WEIGHT`).
    The confidence is a domain's share of the best two, damped where little was said.
    """
    totals: dict[str, float] = {}
    first: dict[str, tuple[float, int, int]] = {}
    for domain, signals in _COMPILED.items():
        for sign in signals:
            if sign.letters not in reading.shadow:
                continue
            places = [
                match.span()
                for match in sign.pattern.finditer(reading.shadow)
                if reading.is_read(match.start()) and not _refused(refused, match.start())
            ]
            if not places:
                continue
            totals[domain] = totals.get(domain, 0.0) + sign.weight * (
                1 + 0.5 * (min(len(places), 3) - 1)
            )
            if domain not in first or sign.weight > first[domain][0]:
                first[domain] = (sign.weight, *places[0])
    for domain, (weight, start, end) in _named(reading, refused).items():
        totals[domain] = totals.get(domain, 0.0) + weight
        if domain not in first or weight > first[domain][0]:
            first[domain] = (weight, start, end)
    ranked = sorted(totals, key=lambda each: (-totals[each], each))
    kept = [each for each in ranked if totals[each] >= SCORE_MIN]
    return [
        DomainScore(
            each,
            _confidence(totals[each], [totals[one] for one in ranked if one != each]),
            *first[each][1:],
        )
        for each in kept
    ]


def _named(reading: Reading, refused: tuple[Refusal, ...]) -> dict[str, tuple[float, int, int]]:
    """Return the weight and place of the best of each domain's nouns; the first own one leads."""
    spans = [
        (domain, *match.span())
        for domain, pattern in _NOUNS.items()
        for match in pattern.finditer(reading.shadow)
    ]
    found: dict[str, tuple[float, int, int]] = {}
    leading = min((start for _, start, _ in spans), default=0)
    for domain, start, end in spans:
        if not reading.is_read(start) or _refused(refused, start):
            continue
        # A "seed bank" is no bank.
        if any(a <= start and end <= b and b - a > end - start for _, a, b in spans):
            continue
        weight = _noun_weight(reading, start, end, is_leading=start == leading)
        if domain not in found or weight > found[domain][0]:
            found[domain] = (weight, start, end)
    return found


def _noun_weight(reading: Reading, start: int, end: int, *, is_leading: bool) -> float:
    """Return what a noun weighs: most where the asker says it of itself, or a text begins with it."""
    before = reading.shadow[max(0, start - SUBJECT_BACK) : start]
    # "A forum for gardeners" is for them, and no business of theirs.
    if _OTHERS.search(before) or before.endswith("for "):
        return NAMED_WEIGHT / 2
    opening = next((first for first, _ in reading.sentences), 0)
    is_own = _OWN.search(before) is not None
    # "An app like Uber: gardeners bid" begins with a product, whose users they are.
    is_begun = is_leading and _PRODUCT.search(reading.shadow, opening, start) is None
    if start - opening < OPENING and (is_own or (is_begun and start - opening < OPENING / 2)):
        return NAMED_WEIGHT if _describes(reading.shadow, end) else OWN_WEIGHT
    return NAMED_WEIGHT * (2 if is_own else 1)


def _describes(shadow: str, end: int) -> bool:
    """Say whether a noun only tells of which kind the next one is ("parish registers")."""
    following = _FOLLOWING.match(shadow, end)
    if following is None or singular(following[1]) in _BODIES:
        return False
    return is_thing(following[1]) and not is_verb(following[1])


def _confidence(score: float, others: list[float]) -> float:
    rival = max(others, default=0.0)
    share = score / (score + rival)
    return round(min(0.95, max(0.3, share * min(1.0, 0.55 + score / 8))), 2)


def _refused(refused: tuple[Refusal, ...], place: int) -> bool:
    return any(each.start <= place < each.end for each in refused)


DOMAINS = tuple(sorted(_SIGNALS))
