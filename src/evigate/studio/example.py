"""The example that a new user may start from: a paragraph of a trade that everybody can picture."""

NAME = "Dog-grooming salons"
TEXT = (
    "We run a chain of dog-grooming salons. Customers phone to book, we lose appointments and"
    " no-shows cost us money. I need online booking with deposits by card and reminders, two salons"
    " now, ten next year, live in three months, budget about 20k. Staff must see only their own"
    " salon. Customer health notes are private."
)
