"""The ground floor: posts, taxonomy, media, public pages, search and feeds."""
