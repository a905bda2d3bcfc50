"""Everything a clerk reads, worded once per language (zh.toml, en.toml)."""
