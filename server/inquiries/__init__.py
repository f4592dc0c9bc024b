"""Inquiries: a student asks staff to look at a result again, and is answered."""
