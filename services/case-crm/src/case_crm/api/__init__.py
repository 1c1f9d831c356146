"""The HTTP door of case-crm, by what is asked for."""
