"""The part that every service has in what people ask us to do with their data, without a line of its author's."""
