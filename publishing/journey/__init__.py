"""The whole journey, from a feed item to a reader, walked over HTTP against running parts."""
