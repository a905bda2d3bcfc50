"""The scheme: tables to frozen records, their checks, and the form plans made from them."""
