"""What parts of a page show, for the page of a case and for the editor of policies: reads and forms made ready for a template."""
