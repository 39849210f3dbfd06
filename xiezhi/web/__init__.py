"""The web application: views, forms, components, templates. No tables of its own."""
