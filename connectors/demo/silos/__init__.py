"""One module a silo: people of a chunk in, files in the maker's format out."""
