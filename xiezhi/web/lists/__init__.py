"""Every list of the product: one template, one way to filter, sort, page, save and export."""
