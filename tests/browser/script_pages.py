"""Two rows on the trainers' pages, and how long what is done there may take."""

# Judging and fitting whole tables takes seconds on a busy machine.
LONG = 180_000
PRICE = "/scripts?table=situations&id=price-too-high"
HELLO = "/scripts?table=quick_replies&id=hello"
