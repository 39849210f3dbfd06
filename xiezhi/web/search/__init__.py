"""One box over subjects, alerts, documents, organisations and indicators."""
