"""Finished public pages, answered in front of Django's handler to whoever is nobody in particular.

`visits` is what the door and the views tell each other, `keys` says which requests are for the
cache and what makes two of them one, `entries` is an answer as it is kept, `copies` holds entries
in the process for a second, `store` holds them in Redis, `serving` is the door itself,
`invalidation` makes everything worthless as soon as something that readers see has changed.
"""
