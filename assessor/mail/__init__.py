"""Mail: letters from texts and workbooks, a ledger of what was sent, SMTP."""
