"""What is searched, and what is asked: the rules of a school, pages of an encyclopedia, notes that contradict each
other, and the lab's library of 298 passages. All of it is English, as the encoder is."""

from __future__ import annotations

from functools import cache

from lab.core.records import dataclass
from lab.engine.pretrained.passages import Passage, Question, load_passages, load_questions

__all__ = [
    "LONGEST",
    "STRANGE",
    "Labelled",
    "bundled_text",
    "labelled",
    "library",
    "library_questions",
    "strange_questions",
]

LONGEST = 20_000  # characters of an own document

RULES = """School rules of Hillside School

The gate opens at 7:40 in the morning, and lessons begin at 8:05. Whoever comes later goes to the office first and \
gets a late slip. Three late slips in a month mean a talk with the class teacher.

Phones stay switched off in your bag from the first bell to the last. A teacher may allow them for work in a lesson. \
A phone that rings is kept in the office until the end of the day. The school does not pay for devices that are lost.

Bicycles are parked in the shed behind the sports hall, and they have to be locked. Scooters and skateboards are \
carried inside the grounds, never ridden. The car park is for staff and for buses only.

If you are ill, your parents call the office before 8:30. After three days of illness a note from a doctor is needed. \
Work that was missed is collected from the class teacher, and handed in within one week.

Lunch is served from 12:15 to 13:00 in the canteen. Whoever cannot eat nuts or milk tells the kitchen in the first \
week of term. Hot drinks are not carried through the corridors. Food from home may be eaten in the canteen as well.

The library lends four books to each pupil, for three weeks. A book that is late costs ten pence a day. Dictionaries \
and atlases stay in the reading room. The computers there are for school work.

Sports shoes with white soles are worn in the hall. Rings and chains are taken off before sport. Whoever forgets the \
kit watches, and writes a report of the lesson.

When the fire alarm sounds, leave everything and walk to the meadow behind the chapel. Your teacher counts the class \
there. Nobody goes back inside until the bell rings twice.
"""

NOTES = """Notices on the board of the town library

3 September. The library closes at 16:00 on weekdays. On Saturdays it is shut.

14 October. The reading group for children meets on Tuesdays at half past three, on the first floor.

12 January. A lost card costs two pounds. Ask at the desk for a new one.

2 May. From today the library closes at 17:30 on weekdays. On Saturdays it is open from 10:00 to 13:00.

9 May. The lift is being repaired until the end of the month. The desk lends a bell for those who need help.

20 May. The reading group has moved: it now meets on Thursdays, in the garden when the weather is good.
"""

PAGE = ("country:ja", "country:pe", "country:mg", "country:br", "country:sz", "country:tz")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, and the stretch of the document that answers it."""

    question: str
    answer: str


RULES_ASKED = (
    Labelled(
        "What happens to a telephone that makes a noise?",
        "A phone that rings is kept in the office until the end of the day.",
    ),
    Labelled("Where do I leave my bike?", "Bicycles are parked in the shed behind the sports hall"),
    Labelled("When does the first lesson start?", "lessons begin at 8:05"),
    Labelled(
        "I was sick for a long time. What do I have to bring?",
        "After three days of illness a note from a doctor is needed.",
    ),
    Labelled("How many books may I borrow?", "The library lends four books to each pupil, for three weeks."),
    Labelled(
        "Whom do I tell that I am allergic to peanuts?",
        "Whoever cannot eat nuts or milk tells the kitchen in the first week of term.",
    ),
    Labelled("Where do we meet when there is a fire?", "walk to the meadow behind the chapel"),
    Labelled("May I wear my necklace in sports?", "Rings and chains are taken off before sport."),
)
RULES_STRANGE = (
    "Who is the head of the school?",
    "How much does the school trip to Paris cost?",
    "When do the summer holidays begin?",
    "What is the telephone number of the office?",
    "Which languages are taught?",
    "How many pupils does the school have?",
    "Who won the football match?",
    "What colour is the uniform?",
)
NOTES_ASKED = (
    Labelled("When does the library close on weekdays?", "From today the library closes at 17:30 on weekdays."),
    Labelled("Is the library open on Saturday?", "On Saturdays it is open from 10:00 to 13:00."),
    Labelled("On which day does the reading group meet?", "it now meets on Thursdays"),
    Labelled("What do I pay for a new card?", "A lost card costs two pounds."),
)
PAGE_ASKED = (
    Labelled("What is the tallest mountain in Japan called?", "The highest point is Mount Fuji"),
    Labelled("Which country shares the world's highest navigable lake with Bolivia?", "world's highest navigable lake"),
    Labelled("What is the capital of Mongolia?", "Its capital is Ulaanbaatar"),
    Labelled("Which language do people speak in Brazil?", "Portuguese (official"),
    Labelled("What is the seat of government of Switzerland?", "Its capital is Bern"),
    Labelled("What is the highest peak in Tanzania?", "The highest point is Kilimanjaro"),
    Labelled("What is the capital of Peru?", "Its capital is Lima"),
    Labelled("How large is Japan?", "Its total area is 377,915 sq km"),
)
STRANGE = (
    "Who painted the Mona Lisa?",
    "What is the best recipe for pancakes?",
    "How do I tie a bow tie?",
    "Who won the World Cup in 2018?",
    "What time does the train to London leave?",
    "How do vaccines work?",
    "What is the plot of Hamlet?",
    "Which team plays in the red shirt?",
    "How long does it take to learn the piano?",
    "Who invented the telephone?",
    "What is the price of a loaf of bread?",
    "Why do cats purr?",
    "Who is the prime minister of Canada now?",
    "What is the population of Tokyo?",
    "Which planet is the largest?",
    "What is the fastest animal on land?",
    "How many bones does a person have?",
    "Who wrote the Odyssey?",
    "What is the speed of light?",
    "Which river flows through Paris?",
    "When did the Roman Empire fall?",
    "What is the national anthem of Japan?",
    "How do I cook rice?",
    "Which football club is from Madrid?",
)
"""Questions that the library has no answer to; some are about its countries all the same."""


@cache
def library() -> tuple[Passage, ...]:
    """The 298 passages."""
    return load_passages()


@cache
def library_questions() -> tuple[Question, ...]:
    """The 60 questions about them."""
    return load_questions()


@cache
def bundled_text(document: str) -> str:
    """A document of the lab's own; "library": all passages, each with its title."""
    if document == "rules":
        return RULES
    if document == "notes":
        return NOTES
    if document == "page":
        chosen = {passage.id: passage.text for passage in library()}
        return "\n\n".join(chosen[id] for id in PAGE) + "\n"
    return "\n\n".join(passage.text for passage in library()) + "\n"


def labelled(document: str) -> tuple[Labelled, ...]:
    """The questions whose answers are known."""
    if document == "library":
        return tuple(Labelled(one.text, one.answer) for one in library_questions())
    return {"rules": RULES_ASKED, "notes": NOTES_ASKED, "page": PAGE_ASKED}.get(document, ())


def strange_questions(document: str) -> tuple[str, ...]:
    """Questions without an answer in the document."""
    return {"rules": RULES_STRANGE, "library": STRANGE}.get(document, ())
