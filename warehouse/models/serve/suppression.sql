-- Entries of do-not-contact lists, as hashes of the normalised identifier.
--
-- grain: list_name, identifier_kind, value_sha256
-- column: list_name | The list, e.g. robinson_de.
-- column: identifier_kind | email, email_domain, phone or post.
-- column: value_sha256 | SHA-256 (lower-case hex) of the normalised identifier. | pseudonym
-- column: refreshed_on | Day on which the list was last fetched.

select list_name, identifier_kind, value_sha256, refreshed_on
from clean.suppression
