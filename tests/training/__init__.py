"""``make train``: what each feature of a mail is worth, learned from the corpus."""
