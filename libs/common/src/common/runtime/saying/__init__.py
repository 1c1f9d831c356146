"""From what happened to the stream: stamping, publishing, saying again."""
