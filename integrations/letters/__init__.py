"""A mail as bytes, and what it says: pure reading, without the database."""
