"""Taking in footage: plan, copy, verify, admit, record, recover."""
