"""What AutoBlog promises, while its processes die, freeze and lose their servers."""
