"""The state store: what people decide, in a small relational database beside the warehouse."""
