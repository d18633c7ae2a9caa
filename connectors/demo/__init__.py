"""The simulated retailer "Nordlicht Wohnen": every silo in its maker's native format, and the truth
beside."""
