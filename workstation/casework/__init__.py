"""What people do with evidence: signing in, tagging, cases, handing in, exporting."""
