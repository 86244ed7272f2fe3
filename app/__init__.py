"""Reception Rota. The factory is in `app.factory`, so that pure parts import without the web."""
