"""What tests stand on: servers, a database that keeps its seeds, real workers, a real SMTP sink."""
