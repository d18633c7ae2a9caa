"""Folding of names and contact values to matching keys: SQL expressions, the same on DuckDB and Spark.

Every step and every key takes and returns the text of a SQL expression. A key is for comparing only; what
people read stays as it was sent. Each key is idempotent: folding a key gives the key. Addresses are
in `fold_address.py`, names in short form in `data/nicknames.csv`.
"""

from identity.letters import one_vowel as one_vowel
from identity.letters import plain as plain
from identity.steps import Step, Steps

# Words of a name that tell nobody apart.
_TITLES = (
    "dr|ddr|drs|doktor|prof|professor|dipl|diplom|ing|kfm|kffr|med|dent|vet|phil|jur|iur|rer|nat|habil|univ|lic"
    "|mag|magister|dkfm|bakk|msc|bsc|mba|phd|llm"
    "|herr|herrn|frau|fraulein|frl|hr|fr|fru|froken|frk|mr|mrs|ms|miss|madame|mme|mlle|monsieur|signora|signor"
    "|familie|fam|familien|familjen|eheleute|ehepaar|jun|jr|junior|sen|sr|senior|ii|iii"
)
_PARTICLES = "von|vom|van|der|den|dem|des|de|di|da|du|del|della|dos|la|le|zu|zum|zur|af|av|ten|ter|te|op"
# Ranks of nobility are common family names as well; they are dropped before a particle only.
_RANKS = (
    "(graf|grafin|baron|baronin|furst|furstin|prinz|prinzessin|herzog|herzogin|ritter|edler|edle)"
    "  (von|vom|van|zu|zum|de|af)|freiherr|freifrau|freiin|frhr"
)
_NO_INITIALS = "'n  n', 'n  a', 'k  a', 'x  x', 'x  x  x', 'x  y', 'a  b  c'"
_BORN = "(geb|geborene|geborener|nee|fodt) .*"
_LEGAL_FORMS = (
    "ges  m  b  h|gesmbh|m  b  h|gmbh|ggmbh|mbh|ag|a  g|kg|k  g|kgaa|ohg|gbr|ug|haftungsbeschrankt|e  k|ek|e  kfm|ekfm"
    "|e  kfr|e  u|eu|og|e  v|ev|eg|partg|se|co|cie|und|et|och|inh"
    "|s  a  r  l|sarl|s  a|sa|ab|publ|hb|kb|a  s|as|asa|ans|enk|nuf|da|aps|i  s|is|k  s|ks|p  s|ivs|ltd|limited|inc"
)


def spaced(x: str) -> str:
    """The words of plain text, letters only, with a blank before and after each."""
    return f"' ' || regexp_replace({x}, '[^a-z]+', '  ', 'g') || ' '"


def without(dropped: str) -> Step:
    """Return the step from spaced words to those that are not `dropped`.

    When nothing is left, the words with none dropped: a family may be called Graf.
    """

    def kept(x: str) -> str:
        long = f"trim(regexp_replace({x}, ' ({dropped}) ', ' ', 'g'))"
        return f"coalesce(nullif({long}, ''), nullif(trim({x}), ''))"

    return kept


def without_initials(x: str) -> str:
    """The words without single letters.

    Of initials alone the first is left: H.-P. is `h`; N.N., n/a and k.A. are none and stay as they are.
    """
    long = f"trim(regexp_replace(' ' || {x} || ' ', ' [a-z] ', ' ', 'g'))"
    initials = f"case when {x} in ({_NO_INITIALS}) then {x} else substr({x}, 1, 1) end"
    return f"coalesce(nullif({long}, ''), {initials})"


def squeezed(x: str) -> str:
    """The words written together: `Anna-Lena` and `Annalena` are one key."""
    return one_vowel(f"replace({x}, ' ', '')")


def first_word(x: str) -> str:
    """The first of some words, as a key."""
    return one_vowel(f"regexp_replace({x}, ' .*$', '')")


def last_word(x: str) -> str:
    """The last of some words, as a key."""
    return one_vowel(f"regexp_replace({x}, '^.* ', '')")


# Parts of a given or family name in order, without titles, particles and further initials.
name_words = Steps(plain, spaced, without(f"{_RANKS}|{_BORN}|{_TITLES}|{_PARTICLES}"), without_initials)
# A whole given or family name as one key.
name_key = Steps(name_words, squeezed)
# A company's name as one key, without its legal form.
company_key = Steps(plain, spaced, without(_LEGAL_FORMS), squeezed)


def card_key(x: str) -> str:
    """Letters and digits of a card number, without leading zeros: UPC, EAN and GTIN of one number are one key."""
    return f"nullif(regexp_replace(regexp_replace(lower({x}), '[^a-z0-9]+', '', 'g'), '^0+', ''), '')"


def _address(x: str) -> str:
    """An email address in lower case, without blanks and plus tag, Gmail's under one domain."""
    # Two capitals are put small first, since engines do so in two ways.
    low = f"lower(replace(replace({x}, 'İ', 'i'), 'Σ', 'σ'))"
    close = f"replace(replace({low}, ' ', ''), '\u00a0', '')"
    return f"regexp_replace(regexp_replace({close}, '[+][^@]*@', '@', 'g'), '@googlemail[.]com$', '@gmail.com')"


def _mailbox(x: str) -> str:
    """The address without the dots that Gmail does not read; none where nothing is before the @."""
    local = f"replace(regexp_replace({x}, '@.*$', ''), '.', '')"
    mailbox = f"case when {x} like '%@gmail.com' then {local} || '@gmail.com' else {x} end"
    return f"nullif(regexp_replace({mailbox}, '^@.*$', ''), '')"


# The mailbox behind an address: lower case, no plus tag, and for Gmail no dots in the local part.
email_key = Steps(_address, _mailbox)
