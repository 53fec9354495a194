"""`./run audit`: the real site in a real browser, held against what the web's own judges say."""
