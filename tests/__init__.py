"""The promises of AutoBlog, each with a test that tries to break it."""
