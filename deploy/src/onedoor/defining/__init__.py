"""Council services as files: checked, compared, tried and published from the command line."""
