"""HOW things are said: order, durability, who sees what, clock, traces. Services use what is named in each room's docstring."""
