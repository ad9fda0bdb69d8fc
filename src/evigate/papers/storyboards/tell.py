"""Telling a paper by rules: short sentences set from the paper's own names and numbers.

Every passage has a few wordings, from the fullest to the plainest; the first that can be read at
the grade is taken. The plainest hold no name of the paper's, so there is always one.
"""

from collections.abc import Iterator, Sequence

from evigate.agents import Answer, Passage
from evigate.language.readability import flesch_kincaid
from evigate.papers.storyboards.models import (
    GRADE_MAX,
    PageOut,
    StoryClaim,
    StoryInput,
    StoryOut,
    TermOut,
    page_text,
)
from evigate.papers.storyboards.plain import WORDS, plain_metric

VERDICT_WORDS = {
    "reproduced": "It held up. Well done!",
    "partly": "That is close. But it is not the same.",
    "not reproduced": "That is not the same. The number did not hold up here.",
}


def easiest(title: str, wordings: Sequence[str]) -> str:
    """Return the first wording that can be read at the grade, else the one that is easiest."""
    graded = [(flesch_kincaid(page_text(title, text)).grade or 0.0, text) for text in wordings]
    return next((text for grade, text in graded if grade <= GRADE_MAX), min(graded)[1])


def tell_story(given: StoryInput, passages: Sequence[Passage]) -> Answer:
    """Tell a paper by rules; the same facts give the same story."""
    pages = [page for page in _pages(given) if page is not None]
    return Answer(StoryOut(pages=pages, glossary=_glossary(given)))


def _pages(given: StoryInput) -> Iterator[PageOut | None]:
    main = given.claim(given.main)
    yield _cover(given)
    yield _question(given, main)
    yield _ways(given)
    yield _number(given, main)
    yield _rivals(given, main) if given.rivals else None
    yield _test(given, main)
    yield _end(given)


def _page(
    title: str, wordings: Sequence[str], alts: Sequence[str], drawing: str, *claims: StoryClaim
) -> PageOut:
    return PageOut(
        title=title,
        body=easiest(title, wordings),
        alt_text=easiest("", alts),
        visual_hint=None,
        drawing=drawing,
        claim_ids=[claim.id for claim in claims],
    )


def _cover(given: StoryInput) -> PageOut:
    count, others = given.page_count, given.counts["authors besides the first"]
    who = ""
    if given.authors:
        who = f"{given.authors[0]} wrote it."
        if others > 0:
            people = "one more person" if others == 1 else f"{others} more people"
            who = f"{given.authors[0]} and {people} wrote it."
    start = "This is the story of a paper."
    size = f"It has {count} {'page' if count == 1 else 'pages'}."
    rest = (
        "In a paper, people tell what they found. They write down what they did. "
        "They write down how well it went. We will look at the numbers in it. "
        "Can we get the same numbers too? Let us find out!"
    )
    named = f"Its name is “{given.title.strip().rstrip('.')}.”"
    return _page(
        "Meet the paper",
        [
            f"{start} {named} {who} {size} {rest}",
            f"{start} {named} {size} {rest}",
            f"{start} {size} {rest}",
        ],
        [f"A pile of paper. The pile is {count} {'page' if count == 1 else 'pages'} high."],
        "cover",
    )


def _question(given: StoryInput, main: StoryClaim) -> PageOut:
    names = _list(given.datasets[:3])
    data = given.data or {}
    size = (
        f"It holds {data['rows']} things. " if data.get("rows") and len(given.datasets) == 1 else ""
    )
    start = "The people had a hard job for a computer. They knew more than one way to do it."
    test = (
        "So they made a test. The test is the same for each way. Then they looked at the score. "
        "Which way is the best?"
    )
    hold = "What they test with is called a data set."
    count = given.counts["datasets"]
    called = f"It has the name {names}." if count == 1 else f"They used {count}. Some are {names}."
    if 1 < count <= 3:
        called = f"They used {count}: {names}."
    return _page(
        "The big question",
        [
            f"{start} {hold} {called} {size}{test}",
            f"{start} {hold} {size}{test}",
            f"{start} {hold} {test}",
        ]
        if names
        else [f"{start} {hold} {test}"],
        [
            f"There are cards with names on them. They say {names}.",
            "There are cards with names on them. Each card is one thing to test with.",
        ]
        if names
        else ["There is one card. It says that the paper does not name what it was tested with."],
        "data",
    )


def _ways(given: StoryInput) -> PageOut | None:
    if not given.methods:
        return None
    count = given.counts["methods"]
    own = given.claim(given.main).method
    names = _list(given.methods[:3])
    many = "one way" if count == 1 else f"{count} ways"
    start = f"A way to do the job is called a method. We found {many} with a name."
    mine = f"The one we look at is {own}." if own else ""
    end = "Each one got the same job. Each one got a score. That makes it a fair test."
    return _page(
        "The ways they tried",
        [
            f"{start} Here are some: {names}. {mine} {end}",
            f"{start} {mine} {end}",
            f"{start} {end}",
        ],
        [
            f"There are cards with names on them. They say {names}.",
            "There are cards with names on them. Each card is one way to do the job.",
        ],
        "ways",
    )


def _number(given: StoryInput, main: StoryClaim) -> PageOut:
    metric = plain_metric(main.metric)
    value = _said(main)
    where = f"Look at page {main.page} of the paper. There you can find this number: {value}."
    who = f"It is for {main.method}." if main.method else ""
    means = f"It is a score. Its name is {metric.term}."
    if metric.share is not None and main.share is not None:
        means = metric.share.format(n=main.share)
        if main.share not in (0, 100) and f"{main.share}" != main.value.rstrip("0").rstrip("."):
            means = means.replace(f"{main.share} ", f"close to {main.share} ", 1)
    good = {True: "A small number is good here.", False: "A big number is good here.", None: ""}
    drawn = (
        [f"There are 100 dots. {main.share} of them are full."]
        if main.share is not None
        else [f"There is one bar. It is {value} long."]
    )
    return _page(
        "One number",
        [
            f"{where} {who} {means} {good[metric.is_low_good]} The paper says that it is true.",
            f"{where} {means} {good[metric.is_low_good]} The paper says that it is true.",
            f"{where} It is a score. The paper says that it is true.",
        ],
        drawn,
        "number",
        main,
    )


def _rivals(given: StoryInput, main: StoryClaim) -> PageOut:
    rivals = [given.claim(each) for each in given.rivals]
    low = plain_metric(main.metric).is_low_good
    mine, best = float(main.value), float(rivals[0].value)
    named = " ".join(f"{each.method} got {_said(each)}." for each in rivals[:2] if each.method)
    bare = " ".join(f"One got {_said(each)}." for each in rivals[:2])
    if mine == best:
        end = "So two of them tie."
    elif low is None:
        end = "The bars show it too."
    else:
        end = "So it won." if (mine < best) == low else "So it did not win."
    start = f"How did the other ways do? The one we look at got {_said(main)}."
    tail = f"{end} That is what the paper says. Now we want to see it."
    alt = f"The bars are scores. The first is {_said(main)}. The next is {_said(rivals[0])}."
    return _page(
        "Who is best?",
        [f"{start} {named} {tail}", f"{start} {bare} {tail}"],
        [alt],
        "rivals",
        main,
        *rivals,
    )


def _test(given: StoryInput, main: StoryClaim) -> PageOut:
    if main.observed is not None:
        times = "once" if given.seeds == 1 else f"{given.seeds} times"
        end = VERDICT_WORDS.get(main.verdict or "", "")
        text = (
            f"We did the test too. Our computer ran it {times}. The paper says {_said(main)}. "
            f"We got {main.observed}. {end}"
        )
        alt = f"There are two bars. The paper says {_said(main)}. We got {main.observed}."
        return _page("We try it too", [text], [alt], "test", main)
    if given.state == "untried":
        text = (
            "Is the number true? We do not know yet. No one has run the test here. "
            "You can press a key and let the computer run it. Then this page will change."
        )
    else:
        text = (
            "Is the number true? We did not find out. The computer could not run this test. "
            "That does not mean that the number is wrong. It means that we need more."
        )
    alt = f"There is one bar. The paper says {_said(main)}. The place next to it is blank."
    return _page("We try it too", [text], [alt], "test", main)


def _end(given: StoryInput) -> PageOut:
    counts, compared = given.verdicts, given.counts["tested"]
    found = _count(given.counts["claims"], "number")
    if compared:
        parts = [
            f"We could test {_count(compared, 'number')} from the paper.",
            f"{counts.get('reproduced', 0)} held up.",
            f"{counts.get('partly', 0)} came close.",
            f"{counts.get('not reproduced', 0)} did not hold up.",
        ]
        if counts.get("not comparable"):
            parts.append(f"We could not test {counts['not comparable']} more.")
        text = (
            " ".join(parts) + " Now you know how to look at a paper. Ask: is it true? Then test it!"
        )
        alt = (
            f"The bars count. {counts.get('reproduced', 0)} held up. "
            f"{counts.get('partly', 0)} came close. {counts.get('not reproduced', 0)} did not."
        )
        return _page("What we know now", [text], [alt], "end")
    text = (
        f"We found {found} in the paper. We have not tested one of "
        "them. So we do not know yet. That is fine. To ask is a good start. Ask: is it true? Then "
        "test it!"
    )
    alt = f"There is one bar. It stands for {found} to test."
    return _page("What we know now", [text], [alt], "end")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _list(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _said(claim: StoryClaim) -> str:
    return f"{claim.value}%" if claim.units == "%" else claim.value


def _glossary(given: StoryInput) -> list[TermOut]:
    metric = plain_metric(given.claim(given.main).metric)
    words = {**WORDS, metric.term: metric.meaning}
    return [
        TermOut(term=term[:60], definition=words[term]) for term in sorted(words, key=str.lower)
    ]
