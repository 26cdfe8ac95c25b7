"""The worlds connectors are tested in: mail systems, real or fake, and the person who uses them."""
