"""Moving in and out: what other blogs call things, in one typed middle, and back.

A reader turns a file of another system into `items`; `importing` brings those here. An export makes
the same items of what is here, and a writer turns them into a file.
"""
